// Asks the server, and ties the rest together.

const EVERY = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 100;	// milliseconds

function byId(id) {
	return document.getElementById(id);
}

const model = new Model();
const big = new Big();
const view = new View(byId('columns'), (signal, from) => big.open(signal, from));

// What is going on: each but "live" stops the clock by which the page is drawn.
const state = { lost: '', pausedAt: null, answered: null, cursor: '', failures: 0, structure: -1 };

function clock() {
	if (state.pausedAt !== null)
		return state.pausedAt;
	if (model.ended !== null)
		return model.ended;
	return state.lost ? state.answered ?? performance.now() : performance.now();
}

// --- the server ---

const BACKLOG = 300;		// answers that wait for the end of a pause
const backlog = [];

class Lost extends Error {
}

// Without name and password, which fetch() takes in no address; the browser knows them.
function liveAddress() {
	const url = new URL('api/v1/live', location.href);
	url.username = url.password = '';
	if (state.cursor)
		url.searchParams.set('since', state.cursor);
	return url;
}

async function fetchText() {
	let response;
	try {
		response = await fetch(liveAddress(), { cache: 'no-store', signal: AbortSignal.timeout?.(10000) });
		if (response.ok)
			return await response.text();
	} catch {
		throw new Lost('No connection');
	}
	throw new Lost(response.status === 401 || response.status === 403 ? 'Not allowed'
		: `The server says ${response.status}`);
}

async function ask() {
	const text = await fetchText();
	const answer = JSON.parse(text);
	state.cursor = answer.cursor;
	state.answered = performance.now();
	state.lost = '';
	state.failures = 0;
	return { text, answer };
}

function take(answer, at) {
	const came = model.take(answer, at);
	view.changed(came);
	return came.length;
}

// During a pause the page stands still, but nothing is missing in its curves afterwards: answers
// wait as texts, which are small.
async function askAndTake() {
	if (backlog.length === BACKLOG)
		return 1000;
	const { text, answer } = await ask();
	if (state.pausedAt !== null) {
		backlog.push([text, state.answered]);
		return 1000;
	}
	const came = take(answer, state.answered);
	return document.hidden || (model.ended !== null && !came) ? 1000 : EVERY;
}

function resume() {
	state.pausedAt = null;
	for (const [text, at] of backlog.splice(0))
		take(JSON.parse(text), at);
}

async function poll() {
	let wait;
	try {
		wait = await askAndTake();
	} catch (error) {
		state.lost = error.message;
		if (!(error instanceof Lost)) {
			console.error(error);
			state.cursor = '';	// all over again
		}
		wait = Math.min(5000, 250 * 2 ** ++state.failures);
	}
	showState();
	if (state.structure !== model.structure) {
		state.structure = model.structure;
		showCounts();
		showNotices();
	}
	setTimeout(poll, wait);
}

// --- the bar ---

function findState() {
	if (state.lost)
		return ['lost', `${state.lost}, trying again`];
	if (state.pausedAt !== null)
		return ['paused', 'Paused'];
	if (model.ended !== null)
		return ['ended', 'Input ended'];
	if (state.answered === null)
		return ['', 'Connecting'];
	if (!model.signals.size)
		return ['quiet', 'Waiting for input'];
	const quiet = [...model.messages.values()].every((m) => m.silent(performance.now()));
	return quiet ? ['quiet', 'No input'] : ['live', 'Live'];
}

function showState() {
	const [name, text] = findState();
	byId('state').dataset.state = name;
	setText(byId('state'), text);		// a status region: spoken when it changes
}

function findCounts() {
	const parts = [];
	if (model.signals.size)
		parts.push(['messages', count(model.messages.size, 'message', 'messages')],
			['', count(model.signals.size, 'signal', 'signals')]);
	if (model.signals.size && model.ended === null && state.pausedAt === null && !state.lost)
		parts.push(['', `${Math.round(model.pace()).toLocaleString('en')} points/s`]);
	if (model.badLines)
		parts.push(['warn', count(model.badLines, 'bad line', 'bad lines')]);
	if (model.refused)
		parts.push(['warn', `${count(model.refused, 'value', 'values')} left out`]);
	return parts;
}

function showCounts() {
	const parts = findCounts();
	const counts = byId('counts');
	while (counts.childElementCount > parts.length)
		counts.lastChild.remove();
	for (const [i, [name, text]] of parts.entries()) {
		const part = counts.children[i] ?? counts.appendChild(element('span'));
		part.className = name;
		setText(part, text);
	}
	document.title = model.signals.size ? `promexport: ${parts[1][1]}` : 'promexport';
}

function showNotices() {
	const empty = byId('empty');
	const [title, text] = state.answered === null ? ['', '']
		: !model.signals.size ? nothingText()
		: !view.found && view.words.length ? ['No signal has this name', 'Every word is looked for in the names of messages and signals, in labels, units and comments.']
		: ['', ''];
	empty.hidden = !title;
	setText(empty.querySelector('h2'), title);
	setText(empty.querySelector('p'), text);
	empty.querySelector('pre').hidden = model.signals.size > 0 || model.ended !== null;
	const hidden = (view.found ?? 0) - (view.shown ?? 0);
	byId('more').hidden = hidden <= 0;
	setText(byId('more'), `${hidden.toLocaleString('en')} more are not shown: search for those that you want to see.`);
}

function nothingText() {
	if (model.ended !== null && model.points[0]?.[1])
		return ['The values have expired', 'The input has ended, and what came has not come again for some time (--expire).'];
	if (model.ended !== null)
		return ['Nothing came', 'The input has ended without a point in it.'];
	return ['Nothing has come yet', 'Values appear here as soon as points arrive on the standard input of promexport, for example from a bus:'];
}

function search(text) {
	view.search(text);
	history.replaceState(null, '', text ? `#${encodeURIComponent(text)}` : location.pathname);
	showNotices();
	setText(byId('found'), text ? `${count(view.found, 'signal matches', 'signals match')}` : '');
}

// What the address says that is searched for.
function searchAddress() {
	let text = location.hash.slice(1);
	try {
		text = decodeURIComponent(text);
	} catch {
		// as it stands, then
	}
	byId('search').value = text;
	search(text);
}

function pause() {
	if (state.pausedAt === null)
		state.pausedAt = clock();
	else
		resume();
	const paused = state.pausedAt !== null;
	byId('pause').setAttribute('aria-pressed', String(paused));
	setText(byId('pause'), paused ? 'Resume' : 'Pause');
	showState();
	tick();
}

// --- the theme ---

const dark = matchMedia('(prefers-color-scheme: dark)');

function themeChosen() {
	try {
		return localStorage.getItem('promexport-theme');
	} catch {
		return null;		// not allowed here
	}
}

function setTheme(theme) {
	document.documentElement.dataset.theme = theme;
	setText(byId('theme'), theme === 'dark' ? 'Light' : 'Dark');
	byId('theme').setAttribute('aria-label', theme === 'dark' ? 'Light colours' : 'Dark colours');
	readColours();
	redraw();
}

function toggleTheme() {
	const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
	try {
		if ((theme === 'dark') === dark.matches)
			localStorage.removeItem('promexport-theme');
		else
			localStorage.setItem('promexport-theme', theme);
	} catch {
		// for this time only, then
	}
	setTheme(theme);
}

function redraw() {
	model.signals.forEach((s) => {
		if (s.row)
			s.row.drawn = -Infinity;
	});
	tick();
}

// --- time ---

function tick() {
	showState();
	showCounts();
	showNotices();
	if (document.hidden)
		return;
	if (state.pausedAt === null || model.structure !== view.structure)
		view.wake();
	view.tick();
	big.draw();
}

function fillWhenIdle() {
	setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => {
		const more = view.fill();
		setTimeout(fillWhenIdle, more ? 0 : 1000);
	}), 30);
}

byId('search').addEventListener('input', (e) => search(e.target.value));
byId('search').addEventListener('keydown', (e) => {
	if (e.key === 'Escape') {
		e.target.value = '';
		search('');
	}
});
byId('pause').addEventListener('click', pause);
byId('theme').addEventListener('click', toggleTheme);
dark.addEventListener('change', () => setTheme(themeChosen() ?? (dark.matches ? 'dark' : 'light')));
document.addEventListener('visibilitychange', tick);
document.addEventListener('keydown', (e) => {
	if ((e.ctrlKey || e.metaKey) && e.key === 'k') {
		e.preventDefault();
		byId('search').focus();
	}
});
addEventListener('hashchange', searchAddress);

setTheme(themeChosen() ?? (dark.matches ? 'dark' : 'light'));
if (location.hash)
	searchAddress();
setInterval(tick, 1000);
setInterval(() => big.draw(), 250);
fillWhenIdle();
poll();
