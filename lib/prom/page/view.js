// The messages as cards with a table each. A card's rows are made when it comes into view or when
// there is time; from then on only texts and curves change, and only of what is in view.

const STILL = 10e3;		// milliseconds without change after which a value is dimmed
const ROWS = 5000;		// at most so many are shown
const SPARK_EVERY = 900;	// milliseconds

function element(name, className, text) {
	const e = document.createElement(name);
	if (className)
		e.className = className;
	if (text !== undefined)
		e.textContent = text;
	return e;
}

function setText(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

// What stands in the value and the unit column.
function valueTexts(signal) {
	const label = signal.label();
	return label === null ? [signal.text ?? '', signal.unit] : [label, `(${signal.text})`];
}

class Row {
	constructor(signal, open) {
		this.signal = signal;
		this.drawn = -Infinity;
		this.tr = element('tr');
		const name = element('th');
		name.scope = 'row';
		this.name = element('button', '', signal.name);
		this.name.type = 'button';
		name.append(this.name);
		this.curve = element('td', 'curve');
		this.value = element('td', 'value');
		this.text = element('span');
		this.value.append(this.text);
		this.unit = element('td', 'unit');
		this.age = element('td', 'age');
		this.tr.append(name, this.curve, this.value, this.unit, this.age);
		this.tr.addEventListener('click', () => open(signal, this.name));
	}

	show(now, sizes) {
		const signal = this.signal;
		const [text, unit] = valueTexts(signal);
		if (signal.described) {
			this.name.title = signal.help ? `${signal.name}: ${signal.help}` : signal.name;
			signal.described = false;
		}
		setText(this.text, text);
		setText(this.unit, unit);
		this.text.title = text.length > 10 ? text : '';
		this.unit.title = unit.length > 5 ? unit : '';
		setText(this.age, this.lags(now) ? age(now - signal.seen) : '');
		this.fit(text.length + this.align(text, sizes), signal, unit, sizes);
		this.tr.classList.toggle('still', now - signal.changed > STILL);
	}

	// Its message has come without it lately. (How long the message has not come is said at its head.)
	lags(now) {
		const { seen, of: { latest } } = this.signal;
		return now - seen >= 2000 && latest - seen >= 2000;
	}

	// Digits stay where they are when zeros at the end are left out: there is room for as many
	// decimals as came at most. Returns how many characters that is.
	align(text, sizes) {
		const number = this.signal.kind === 'number' && !this.signal.states && /^[-+]?\d*\.?\d*$/.test(text);
		const here = number ? decimalsOf(text) : 0;
		const missing = number ? this.signal.decimals - here : 0;
		const room = missing && missing * sizes.digit + (here ? 0 : sizes.point);
		if (room !== this.room)
			this.text.style.paddingRight = room ? `${room}px` : '';
		this.room = room;
		return missing ? missing + !here : 0;
	}

	// What is too long for its column takes the place of the curve, and of the unit where there is
	// none; a number that is longer yet becomes smaller: no digit is cut off. A row does not change
	// back and forth.
	fit(length, signal, unit, sizes) {
		const beside = Boolean(unit || signal.states);
		if (sizes !== this.sizes || signal.kind !== this.kind || beside !== this.beside)
			this.longest = 0;
		if (length <= this.longest)
			return;
		Object.assign(this, { sizes, kind: signal.kind, beside });
		this.longest = Math.max(length, ...[...signal.states?.values() ?? []].map((label) => label.length));
		const width = this.longest * sizes.digit + 2;
		const span = sizes.columns.findIndex((column, i) => width <= column || i === (beside ? 1 : 2)) + 1;
		const number = signal.kind === 'number' && !signal.states;
		this.text.style.fontSize = number && width > sizes.columns[span - 1] ? `${sizes.columns[span - 1] / width}em` : '';
		this.span = span;
		this.tr.classList.toggle('wide', span > 1);
		this.value.colSpan = span;
		this.unit.hidden = span === 3;
	}

	draw(now, width, height) {
		if (this.span > 1)
			return;
		if (!this.canvas) {
			this.canvas = element('canvas');
			this.canvas.setAttribute('aria-hidden', 'true');
			this.curve.append(this.canvas);
		}
		drawSpark(this.canvas, this.signal, now, width, height);
		this.drawn = now;
	}

	// Gives the canvas' memory back.
	drop() {
		this.canvas?.remove();
		this.canvas = null;
		this.drawn = -Infinity;
	}
}

class Card {
	constructor(message, number, open) {
		this.message = message;
		this.open = open;
		this.visible = false;
		this.rows = 0;			// those that match
		this.section = element('section', 'message');
		this.section.card = this;
		const header = element('header');
		const title = element('h2', '', message.name);
		title.id = `message-${number}`;
		title.title = message.name;
		this.section.setAttribute('aria-labelledby', title.id);
		header.append(title);
		for (const [name, value] of Object.entries(message.labels)) {
			const label = element('span', 'label', name === 'bus' ? value : `${name}=${value}`);
			label.title = `${name}=${value}`;
			header.append(label);
		}
		this.pace = element('p', 'pace');
		header.append(this.pace);
		this.section.append(header);
	}

	// The table, once; and rows for signals that have none yet, in order.
	build() {
		if (!this.body)
			this.makeTable();
		let before = null;
		for (const signal of this.message.signals) {
			if (!signal.row) {
				signal.row = new Row(signal, this.open);
				signal.described = true;
				signal.row.show(clock(), view.sizes());
			}
			const tr = signal.row.tr;
			const place = before ? before.nextSibling : this.body.firstChild;
			if (tr !== place)
				this.body.insertBefore(tr, place);
			tr.hidden = !signal.match;
			before = tr;
		}
		while (before ? before.nextSibling : this.body.firstChild)
			this.body.lastChild.remove();
		this.built = true;
	}

	makeTable() {
		const table = element('table');
		const columns = element('colgroup');
		const head = element('thead', 'unseen');
		const names = element('tr');
		for (const [name, text] of [['name', 'Signal'], ['curve', 'Curve'], ['value', 'Value'],
			['unit', 'Unit'], ['age', 'Age']]) {
			columns.append(element('col', name));
			const th = element('th', name, text);
			th.scope = 'col';
			names.append(th);
		}
		head.append(names);
		const labels = Object.entries(this.message.labels).map(([k, v]) => `, ${k} ${v}`).join('');
		this.body = element('tbody');
		table.append(element('caption', 'unseen', `Signals of ${this.message.name}${labels}`),
			columns, head, this.body);
		this.section.append(table);
	}

	showPace(now) {
		const passed = age(now - this.message.look());
		const silent = model.ended === null && this.message.silent(now);
		const pace = rate(this.message.pace(now));
		setText(this.pace, silent ? `silent for ${passed}`
			: [pace, passed === 'now' ? '' : `${passed} ago`].filter(Boolean).join(' · ') || 'now');
		this.section.classList.toggle('silent', silent);
		this.section.classList.toggle('aging', this.message.signals.some((s) => s.row?.lags(now)));
	}

	// How high it is, in rows.
	get size() {
		return this.rows + 2;
	}
}

class View {
	constructor(columns, open) {
		this.columns = columns;
		this.open = open;
		this.cards = [];		// in order
		this.dirty = new Set();		// rows in view whose value came
		this.structure = -1;
		this.words = [];
		this.serial = 0;
		this.watch = new IntersectionObserver((list) => list.forEach((e) => this.see(e)),
			{ rootMargin: '200px 0px' });
		new ResizeObserver(() => this.arrange()).observe(columns);
		this.ticked = 0;
	}

	see(entry) {
		const card = entry.target.card;
		card.visible = entry.isIntersecting;
		if (card.visible)
			this.refresh(card);
		else
			card.message.signals.forEach((s) => s.row?.drop());
	}

	refresh(card) {
		card.build();
		for (const s of card.message.signals)
			this.dirty.add(s);
		card.showPace(clock());
		this.wake();
	}

	// Values came.
	changed(signals) {
		for (const s of signals)
			if (s.of.card?.visible)
				this.dirty.add(s);
		this.wake();
	}

	wake() {
		if (!this.asked && !document.hidden)
			this.asked = requestAnimationFrame(() => this.frame());
	}

	// At most a few milliseconds of work; what is left waits for the next frame.
	frame() {
		const started = performance.now();
		const now = clock();
		this.asked = 0;
		if (model.structure !== this.structure)
			this.restructure();
		const sizes = this.sizes();
		for (const s of this.dirty) {
			this.dirty.delete(s);
			if (!s.row || s.removed || !s.match)
				continue;
			s.row.show(now, sizes);
			if (Math.abs(now - s.row.drawn) > SPARK_EVERY)
				s.row.draw(now, ...sizes.spark);
			if (performance.now() - started > 6)
				break;
		}
		if (this.dirty.size)
			this.wake();
	}

	// In pixels, as the style sheet says, without asking for the layout of each row.
	sizes() {
		if (this.known)
			return this.known;
		const style = getComputedStyle(document.documentElement);
		const em = parseFloat(style.fontSize);
		const [curve, value, unit] = ['curve', 'value', 'unit']
			.map((name) => parseFloat(style.getPropertyValue(`--${name}`)) * em);
		const c = document.createElement('canvas').getContext('2d');
		c.font = `600 ${0.875 * em}px ${getComputedStyle(document.body).fontFamily}`;
		this.known = { spark: [curve, 1.5 * em], digit: c.measureText('0').width, point: c.measureText('.').width,
			columns: [value, value + curve, value + curve + unit - em / 2] };
		return this.known;
	}

	// Once a second: what changes by itself. Ages, rates, curves that move on.
	tick() {
		for (const card of this.cards)
			if (card.visible && card.rows)
				this.refresh(card);
	}

	// Builds the rows of cards that nobody has seen yet, for who searches in the page or reads it
	// by ear; a little at a time.
	fill() {
		const card = this.cards.find((c) => c.placed && !c.built);
		if (card)
			card.build();
		return Boolean(card);
	}

	restructure() {
		this.structure = model.structure;
		const messages = [...model.messages.values()].sort(byName);
		for (const m of messages)
			m.card ??= new Card(m, this.serial++, this.open);
		for (const card of this.cards)
			if (model.messages.get(card.message.key) !== card.message)
				this.watch.unobserve(card.section);
		this.cards = messages.map((m) => m.card);
		this.match();
	}

	search(text) {
		this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
		this.match();
	}

	match() {
		this.found = 0;
		for (const card of this.cards) {
			card.rows = 0;
			for (const s of card.message.signals) {
				s.match = this.words.every((w) => s.find.includes(w));
				card.rows += s.match;
				if (s.row)
					s.row.tr.hidden = !s.match;
			}
			this.found += card.rows;
			if (card.visible || (card.built && card.body.childElementCount !== card.message.signals.length))
				card.build();
		}
		this.arrange(true);
	}

	// Distributes the cards over columns, each to the one that is the shortest then.
	arrange(anew) {
		const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
		const n = Math.max(1, Math.min(6, Math.floor((this.columns.clientWidth + em) / (27 * em))));
		const width = this.columns.clientWidth;
		if (width !== this.width)
			this.known = null;
		if (!anew && n === this.columns.childElementCount && width === this.width)
			return;
		this.width = width;
		while (this.columns.childElementCount < n)
			this.columns.append(element('div', 'column'));
		while (this.columns.childElementCount > n)
			this.columns.lastChild.remove();
		this.place([...this.columns.children].map((column) => ({ column, size: 0, last: null })));
		this.wake();
	}

	place(columns) {
		const focus = document.activeElement;
		let shown = 0;
		for (const card of this.cards) {
			const most = shown + card.rows > ROWS && shown > 0;
			card.placed = card.rows > 0 && !most;
			if (!card.placed)
				continue;
			shown += card.rows;
			const to = columns.reduce((a, b) => (b.size < a.size ? b : a));
			const next = to.last ? to.last.nextSibling : to.column.firstChild;
			if (card.section !== next)
				to.column.insertBefore(card.section, next);
			card.section.style.containIntrinsicHeight = `auto ${Math.round(card.rows * 30 + 42)}px`;
			this.watch.observe(card.section);
			to.last = card.section;
			to.size += card.size;
		}
		for (const { column, last } of columns)
			while (last ? last.nextSibling : column.firstChild)
				this.hide(column.lastChild);
		this.shown = shown;
		if (focus !== document.activeElement && focus.isConnected)
			focus.focus({ preventScroll: true });
	}

	hide(section) {
		section.card.visible = false;
		this.watch.unobserve(section);
		section.remove();
	}
}
