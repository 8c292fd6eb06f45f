// One signal, enlarged.

class Big {
	constructor() {
		this.dialog = byId('big');
		this.canvas = byId('big-curve');
		this.signal = null;
		this.span = 120e3;
		this.cursor = null;	// milliseconds before now
		byId('big-close').addEventListener('click', () => this.dialog.close());
		this.dialog.addEventListener('close', () => this.closed());
		this.dialog.addEventListener('click', (e) => {
			if (e.target === this.dialog)
				this.dialog.close();
		});
		byId('big-spans').addEventListener('change', (e) => {
			this.span = Number(e.target.value) * 1000;
			this.cursor = null;
			this.draw();
		});
		for (const event of ['pointermove', 'pointerdown'])
			this.canvas.addEventListener(event, (e) => this.point(e.offsetX));
		this.canvas.addEventListener('pointerleave', () => this.point(null));
		this.canvas.addEventListener('blur', () => this.point(null));
		this.canvas.addEventListener('keydown', (e) => this.key(e));
		new ResizeObserver(() => this.draw()).observe(this.canvas);
	}

	open(signal, from) {
		this.signal = signal;
		this.from = from;
		this.cursor = null;
		setText(byId('big-title'), signal.name);
		const labels = Object.entries(signal.labels).map(([k, v]) => `${k}=${v}`);
		setText(byId('big-message'), [signal.message, ...labels].join(' · '));
		setText(byId('big-metric'), signal.metric);
		this.dialog.showModal();
		this.draw();
	}

	closed() {
		this.signal = null;
		this.from?.focus({ preventScroll: true });
	}

	point(x) {
		const time = x === null || !this.toTime ? null : this.toTime(x);
		this.cursor = time === null ? null : this.now - time;
		this.draw();
	}

	key(e) {
		const step = { ArrowLeft: 1, ArrowRight: -1, PageUp: 10, PageDown: -10 }[e.key];
		if (e.key === 'Home')
			this.cursor = this.span;
		else if (e.key === 'End')
			this.cursor = 0;
		else if (step)
			this.cursor = Math.max(0, Math.min(this.span, (this.cursor ?? 0) + step * this.span / 120));
		else
			return;
		e.preventDefault();
		this.draw();
	}

	draw() {
		const signal = this.signal;
		if (!signal)
			return;
		this.now = clock();
		const stats = signal.curve.stats(this.now - this.span, this.now);
		const unit = signal.unit ? ` ${signal.unit}` : '';
		const [text, beside] = valueTexts(signal);
		setText(byId('big-value'), text);
		setText(byId('big-unit'), beside);
		setText(byId('big-help'), signal.help);
		setText(byId('big-min'), stats ? fixed(stats.min, signal.decimals) + unit : '–');
		setText(byId('big-mean'), stats ? number(stats.mean, Math.max(signal.decimals, 2)) + unit : '–');
		setText(byId('big-max'), stats ? fixed(stats.max, signal.decimals) + unit : '–');
		setText(byId('big-rate'), rate(signal.pace(this.now)) || '–');
		setText(byId('big-age'), signal.removed ? 'expired' : age(this.now - signal.seen));
		this.showStates(signal);
		this.showCurve(signal, stats, unit);
	}

	showStates(signal) {
		byId('big-states-row').hidden = !signal.states;
		if (signal.states)
			setText(byId('big-states'), [...signal.states].map(([n, l]) => `${n} ${l}`).join(', '));
	}

	showCurve(signal, stats, unit) {
		const text = signal.kind === 'text';
		this.canvas.hidden = text;
		byId('big-spans').hidden = text;
		if (text)
			return;
		const at = this.cursor === null ? null : this.now - this.cursor;
		this.toTime = drawBig(this.canvas, signal, this.now, this.span, at);
		this.canvas.setAttribute('aria-label', `Curve of ${signal.name}, the last ${this.span / 1000} seconds: `
			+ (stats ? `minimum ${fixed(stats.min, signal.decimals)}, maximum ${fixed(stats.max, signal.decimals)}${unit}` : 'no values'));
		setText(byId('big-cursor'), at === null ? '' : this.cursorText(signal, at, unit));
	}

	cursorText(signal, at, unit) {
		const v = signal.curve.value[signal.curve.at(at)];
		const when = new Date(Date.now() - (performance.now() - at)).toLocaleTimeString();
		const label = signal.states?.get(v);
		return Number.isFinite(v) ? `${when}: ${label === undefined ? v + unit : `${label} (${v})`}` : `${when}: no value`;
	}
}
