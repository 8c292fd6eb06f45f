// Curves on a canvas. A value holds until the next one comes; the line rises to that as steeply as
// the times are known.

const COARSE = 2000;		// milliseconds between two samples of the server's history
const FINE = 150;		// and between two answers

let colours = {};

function readColours() {
	const style = getComputedStyle(document.documentElement);
	for (const name of ['accent', 'quiet', 'ink', 'grid', 'line', 'card'])
		colours[name] = style.getPropertyValue(`--${name}`).trim();
}

// Makes the canvas as large as it is shown; false where it is not shown.
function fit(canvas, width, height) {
	const scale = Math.min(window.devicePixelRatio || 1, 3);
	if (!width || !height)
		return null;
	if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
		canvas.width = Math.round(width * scale);
		canvas.height = Math.round(height * scale);
	}
	const c = canvas.getContext('2d');
	c.setTransform(scale, 0, 0, scale, 0, 0);
	c.clearRect(0, 0, width, height);
	return c;
}

// A scale with a little room: [low, high].
function extent(stats) {
	if (!stats)
		return [0, 1];
	const { min, max } = stats;
	if (min === max) {
		const room = Math.abs(min) * 0.1 || 1;
		return [min - room, max + room];
	}
	const room = max / 2 - min / 2;		// no overflow
	return [min - room * 0.08, max + room * 0.08];
}

// The line between two times into a path; x and y map to pixels. Returns where it ends.
function trace(c, signal, from, to, x, y) {
	const { time, value, length, coarse } = signal.curve;
	const steps = signal.states !== null || signal.kind === 'boolean';
	let last = NaN;
	for (let i = Math.max(0, signal.curve.at(from)); i < length && time[i] <= to; i++) {
		const at = Math.max(time[i], from);
		const slope = steps ? 0 : time[i] <= coarse ? COARSE : FINE;
		if (!Number.isNaN(last))
			c.lineTo(x(Math.max(at - slope, i ? time[i - 1] : from, from)), last);
		if (!Number.isFinite(value[i])) {
			if (!Number.isNaN(last))
				c.lineTo(x(at), last);
			last = NaN;
			continue;
		}
		if (Number.isNaN(last))
			c.moveTo(x(at), y(value[i]));
		else if (steps)
			c.lineTo(x(at), last);
		last = y(value[i]);
		c.lineTo(x(at), last);
	}
	if (!Number.isNaN(last))
		c.lineTo(x(to), last);
	return last;
}

const SPARK = 120e3;

function drawSpark(canvas, signal, now, width, height) {
	const c = fit(canvas, width, height);
	if (!c)
		return;
	const still = now - signal.changed > STILL;
	const [low, high] = extent(signal.curve.stats(now - SPARK, now));
	const x = (t) => 1 + (t - now + SPARK) / SPARK * (width - 5);
	const y = (v) => height - 3 - (v / 2 - low / 2) / (high / 2 - low / 2) * (height - 6);
	c.beginPath();
	const end = trace(c, signal, now - SPARK, now, x, y);
	c.lineWidth = 1.25;
	c.lineJoin = 'round';
	c.strokeStyle = c.fillStyle = still ? colours.quiet : colours.accent;
	c.stroke();
	if (!Number.isNaN(end) && !still) {
		c.beginPath();
		c.arc(x(now), end, 1.75, 0, 7);
		c.fill();
	}
}

// The values at which a signal with states, or a boolean, has its marks.
function stateTicks(signal, low, high) {
	if (signal.kind === 'boolean')
		return [{ value: 0, text: 'false' }, { value: 1, text: 'true' }];
	const list = [...signal.states].filter(([v]) => v >= low && v <= high)
		.map(([value, text]) => ({ value, text }));
	return list.length && list.length <= 12 ? list : null;
}

function timeTicks(span) {
	const step = { 30: 5, 120: 20, 300: 60 }[span / 1000];
	const list = [];
	for (let s = span / 1000; s >= 0; s -= step)
		list.push({ before: s * 1000, text: s === 0 ? 'now' : s < 60 || step < 60 ? `−${s} s` : `−${s / 60} min` });
	return list;
}

// The enlarged curve; cursor: a time to mark, or null. Returns how pixels become times.
function drawBig(canvas, signal, now, span, cursor) {
	const width = canvas.clientWidth;
	const height = canvas.clientHeight;
	const c = fit(canvas, width, height);
	if (!c)
		return null;
	const from = now - span;
	const stats = signal.curve.stats(from, now);
	const [low, high] = extent(stats);
	const marks = ((signal.states || signal.kind === 'boolean') && stateTicks(signal, low, high))
		|| ticks(low, high, Math.max(2, Math.floor(height / 55)));
	c.font = `12px ${getComputedStyle(document.body).fontFamily}`;
	const room = Math.min(width / 3, Math.max(24, ...marks.map((m) => c.measureText(m.text).width)) + 10);
	const box = { left: room, right: width - 10, top: 8, bottom: height - 24 };
	const x = (t) => box.left + (t - from) / span * (box.right - box.left);
	const y = (v) => box.bottom - (v / 2 - low / 2) / (high / 2 - low / 2) * (box.bottom - box.top);

	drawAxes(c, box, marks, timeTicks(span), x, y, now);
	if (stats && stats.min !== stats.max) {
		c.strokeStyle = colours.quiet;
		c.setLineDash([2, 4]);
		c.beginPath();
		c.moveTo(box.left, y(stats.mean));
		c.lineTo(box.right, y(stats.mean));
		c.stroke();
		c.setLineDash([]);
	}
	c.beginPath();
	trace(c, signal, from, now, x, y);
	c.strokeStyle = colours.accent;
	c.lineWidth = 1.75;
	c.lineJoin = 'round';
	c.stroke();
	if (cursor !== null)
		drawCursor(c, box, signal.curve, cursor, x, y);
	return (px) => Math.min(now, Math.max(from, from + (px - box.left) / (box.right - box.left) * span));
}

function drawAxes(c, box, marks, times, x, y, now) {
	c.lineWidth = 1;
	c.strokeStyle = colours.grid;
	c.fillStyle = colours.quiet;
	c.textBaseline = 'middle';
	c.textAlign = 'right';
	for (const m of marks) {
		const at = Math.round(y(m.value)) + 0.5;
		c.beginPath();
		c.moveTo(box.left, at);
		c.lineTo(box.right, at);
		c.stroke();
		c.fillText(m.text, box.left - 8, at, box.left - 8);
	}
	c.textBaseline = 'alphabetic';
	c.textAlign = 'center';
	const every = times.length > 5 && box.right - box.left < 420 ? 2 : 1;
	for (const [i, t] of times.entries()) {
		const at = x(now - t.before);
		c.beginPath();
		c.moveTo(Math.round(at) + 0.5, box.top);
		c.lineTo(Math.round(at) + 0.5, box.bottom);
		c.stroke();
		if ((times.length - 1 - i) % every === 0)
			c.fillText(t.text, Math.min(at, box.right - 6), box.bottom + 16);
	}
}

function drawCursor(c, box, curve, time, x, y) {
	const i = curve.at(time);
	const at = x(time);
	c.strokeStyle = colours.ink;
	c.lineWidth = 1;
	c.beginPath();
	c.moveTo(at, box.top);
	c.lineTo(at, box.bottom);
	c.stroke();
	if (i < 0 || !Number.isFinite(curve.value[i]))
		return;
	c.fillStyle = colours.accent;
	c.strokeStyle = colours.card;
	c.lineWidth = 2;
	c.beginPath();
	c.arc(at, y(curve.value[i]), 4.5, 0, 7);
	c.fill();
	c.stroke();
}
