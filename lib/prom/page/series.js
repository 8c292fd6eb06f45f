// What is known of the signals. Nothing here touches the document.

const SPAN = 300e3;		// milliseconds of which curves are kept
const POINTS = 1.5e6;		// of all curves together

// A curve: the value at each time that it changed, NaN where it ceased to come.
class Curve {
	constructor() {
		this.time = new Float64Array(16);
		this.value = new Float64Array(16);
		this.length = 0;
		this.coarse = -Infinity;	// up to when it is sampled coarsely
	}

	// most: points; what comes closer than that allows takes the place of the last one.
	add(time, value, most) {
		const n = this.length;
		const last = this.value[n - 1];
		if (n && Object.is(last, value))
			return;
		if (n && time - this.time[n - 1] < SPAN / most / 2 && !Number.isNaN(last) && !Number.isNaN(value)) {
			this.value[n - 1] = value;
			return;
		}
		if (n === this.time.length)
			this.makeRoom(time - SPAN, most);
		this.time[this.length] = Math.max(time, this.length ? this.time[this.length - 1] : time);
		this.value[this.length++] = value;
	}

	// Drops what is older, but for the point that holds at that time; else grows.
	makeRoom(oldest, most) {
		let drop = Math.max(0, this.at(oldest));
		if (drop < this.length / 4 && this.length >= most)
			drop = Math.ceil(this.length / 4);
		if (drop >= this.length / 4) {
			this.time.copyWithin(0, drop, this.length);
			this.value.copyWithin(0, drop, this.length);
			this.length -= drop;
			return;
		}
		for (const name of ['time', 'value']) {
			const grown = new Float64Array(this.length * 2);
			grown.set(this[name]);
			this[name] = grown;
		}
	}

	// The number of the point that holds at a time; -1 before the first.
	at(time) {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.time[middle] <= time)
				low = middle + 1;
			else
				high = middle;
		}
		return low - 1;
	}

	// Extent and mean between two times; null where there is no number.
	stats(from, to) {
		let min = Infinity;
		let max = -Infinity;
		let sum = 0;
		let held = 0;
		for (let i = Math.max(0, this.at(from)); i < this.length && this.time[i] <= to; i++) {
			const v = this.value[i];
			if (!Number.isFinite(v))
				continue;
			const end = i + 1 < this.length ? Math.min(this.time[i + 1], to) : to;
			const time = Math.max(end - Math.max(this.time[i], from), 1e-3);
			min = Math.min(min, v);
			max = Math.max(max, v);
			sum += v * time;
			held += time;
		}
		return held ? { min, max, mean: sum / held } : null;
	}
}

// One field of one message with one set of labels.
class Signal {
	constructor(key) {
		this.key = key;
		this.curve = new Curve();
		this.text = null;	// the value as it came
		this.kind = 'number';	// or text, boolean
		this.value = NaN;
		this.decimals = 0;	// at most, of all that came
		this.seen = -Infinity;	// performance.now() times
		this.changed = -Infinity;
		this.total = 0;		// how often it came, modulo 2^32
		this.paces = [];	// [time, count], the oldest first
		this.row = null;
		this.match = true;
	}

	describe(s) {
		this.id = s.id;
		this.message = s.labels.message && s.labels.signal ? s.labels.message : s.message;
		this.name = s.labels.signal ?? s.field;
		this.labels = { ...s.labels };
		if (s.labels.signal) {		// can2line's long layout: one series for each signal
			delete this.labels.signal;
			delete this.labels.message;
		}
		this.unit = s.unit ?? '';
		this.help = s.help ?? '';
		this.metric = s.metric + labelText(s.labels);
		this.cycle = s.cycle_ms ?? 0;
		this.states = s.states ? new Map(s.states.map(([n, label]) => [Number(n), label])) : null;
		this.find = [this.message, this.name, ...Object.values(this.labels), this.unit, this.help,
			s.field, s.metric].join('\n').toLowerCase();
		this.group = JSON.stringify([s.message, this.message, this.labels]);
	}

	// History of the server: [milliseconds ago, value or null].
	recall(history, now) {
		if (this.curve.length)
			return;
		for (const [before, v] of history)
			this.curve.add(now - before, v ?? NaN, Infinity);
		this.curve.coarse = now;
		if (history.length)
			this.changed = now - history[history.length - 1][0];
	}

	take(value, seen, total, now, most) {
		const [text, kind] = typeof value === 'string' ? [value, 'number']
			: typeof value === 'boolean' ? [String(value), 'boolean'] : [value.text, 'text'];
		const gap = Math.max(10e3, 3 * this.cycle, 3 * this.period());
		if (this.kind !== kind || text !== this.text) {
			if (this.text !== null || this.changed === -Infinity)
				this.changed = seen;
			this.text = text;
			this.kind = kind;
			this.decimals = Math.max(this.decimals, decimalsOf(text));
			this.value = kind === 'number' ? Number(text) : kind === 'boolean' ? Number(value) : NaN;
		}
		if (kind !== 'text') {
			if (this.seen > 0 && seen - this.seen > gap)
				this.curve.add(this.seen + 1000, NaN, most);
			this.curve.add(seen, this.value, most);
		}
		this.seen = seen;
		this.total = total;
		const p = this.paces;
		if (p.length && (total - p[p.length - 1][1]) >>> 0 > 0x7fffffff)
			p.length = 0;		// another run of the program
		if (!p.length || seen - p[p.length - 1][0] >= 500) {
			p.push([seen, total]);
			if (p.length > 2 && seen - p[1][0] > 5000)
				p.shift();
		}
	}

	// How often it came lately, a second; a number that falls while it does not come.
	pace(now) {
		const p = this.paces;
		if (p.length < 2)
			return 0;
		const [t0, n0] = p[0];
		const [t1, n1] = p[p.length - 1];
		const pace = ((n1 - n0) >>> 0) / (t1 - t0) * 1000;
		return now - t1 > 2000 / pace + 1000 ? Math.min(pace, 1000 / (now - t1)) : pace;
	}

	period() {
		const pace = this.pace(-Infinity);
		return pace > 0 ? 1000 / pace : 0;
	}

	label() {
		return this.states?.get(this.value) ?? null;
	}
}

function labelText(labels) {
	const list = Object.entries(labels).map(([k, v]) => `${k}=${JSON.stringify(v)}`);
	return list.length ? `{${list.join(',')}}` : '';
}

// A message with one set of labels.
class Message {
	constructor(signal) {
		this.key = signal.group;
		this.name = signal.message;
		this.labels = signal.labels;
		this.signals = [];	// sorted by name
		this.card = null;
		this.latest = -Infinity;
	}

	// When it last came.
	look() {
		this.latest = this.signals.reduce((latest, s) => Math.max(latest, s.seen), -Infinity);
		return this.latest;
	}

	pace(now) {
		return this.signals.reduce((most, s) => Math.max(most, s.pace(now)), 0);
	}

	// It ought to have come again by now.
	silent(now) {
		const cycle = this.signals.reduce((c, s) => Math.max(c, s.cycle), 0);
		const period = Math.min(...this.signals.map((s) => s.period() || Infinity));
		return now - this.look() > Math.max(3000, 3 * cycle, Number.isFinite(period) ? 3 * period : 0);
	}
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(a, b) {
	return collator.compare(a.name, b.name) || collator.compare(a.key, b.key);
}

function insertSorted(list, item) {
	let i = list.length;
	while (i > 0 && byName(list[i - 1], item) > 0)
		i--;
	list.splice(i, 0, item);
}

// All of them, kept up to date by the answers of the server.
class Model {
	constructor() {
		this.signals = new Map();	// by key
		this.byId = new Map();
		this.messages = new Map();	// by key
		this.cursor = '';
		this.ended = null;		// performance.now() of the end of the input
		this.points = [];		// [time, count] of the last answers
		this.structure = 0;		// changes when signals come or go
	}

	most() {
		return Math.max(100, Math.min(3000, Math.floor(POINTS / (this.signals.size + 1))));
	}

	// Takes an answer of /api/v1/live; returns the signals whose value came.
	take(answer, now) {
		const curves = answer.ended_ms === null ? now : now - answer.ended_ms;
		const known = answer.reset ? new Set(this.signals.keys()) : null;
		this.cursor = answer.cursor;
		this.ended = answer.ended_ms === null ? null : curves;
		this.badLines = answer.bad_lines;
		this.refused = answer.refused_values;
		this.countPoints(answer.points, now);
		if (answer.reset)
			this.byId.clear();
		for (const id of answer.removed)
			this.remove(this.byId.get(id));
		for (const s of answer.series) {
			const { key } = this.describe(s, curves);
			known?.delete(key);
		}
		known?.forEach((key) => this.remove(this.signals.get(key)));
		const most = this.most();
		return answer.values.map(([id, value, ms, total]) => {
			const signal = this.byId.get(id);
			signal?.take(value, now - ms, total, now, most);
			return signal;
		}).filter(Boolean);
	}

	countPoints(points, now) {
		const p = this.points;
		if (p.length && points < p[p.length - 1][1])
			p.length = 0;		// another run of the program
		if (!p.length || now - p[p.length - 1][0] >= 500)
			p.push([now, points]);
		if (p.length > 8)
			p.shift();
	}

	pace() {
		const p = this.points;
		if (p.length < 2)
			return 0;
		const [t0, n0] = p[0];
		const [t1, n1] = p[p.length - 1];
		return (n1 - n0) / (t1 - t0) * 1000;
	}

	describe(s, now) {
		const key = JSON.stringify([s.message, s.labels, s.field, s.metric]);
		let signal = this.signals.get(key);
		if (!signal) {
			signal = new Signal(key);
			this.signals.set(key, signal);
			this.structure++;
		}
		const group = signal.group;
		signal.describe(s);
		signal.described = true;
		if (s.history)
			signal.recall(s.history, now);
		this.byId.set(s.id, signal);
		if (group !== signal.group)
			this.join(signal);
		return signal;
	}

	join(signal) {
		let message = this.messages.get(signal.group);
		if (!message) {
			message = new Message(signal);
			this.messages.set(signal.group, message);
		}
		insertSorted(message.signals, signal);
		signal.of = message;
	}

	remove(signal) {
		if (!signal)
			return;
		const message = signal.of;
		if (this.byId.get(signal.id) === signal)
			this.byId.delete(signal.id);
		this.signals.delete(signal.key);
		message.signals.splice(message.signals.indexOf(signal), 1);
		if (!message.signals.length)
			this.messages.delete(message.key);
		signal.removed = true;
		this.structure++;
	}
}
