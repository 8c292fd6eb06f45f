// Numbers and times as people read them. Values of signals are never made here: they are shown with
// the digits that came.

// A computed number, with as many digits as make sense; decimals: at most so many behind the point.
function number(x, decimals = 6) {
	if (!Number.isFinite(x))
		return '–';
	const size = Math.abs(x);
	if (size >= 1e15 || (size > 0 && size < 10 ** -decimals))
		return x.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', 'e');
	if (Number.isInteger(x))
		return String(x);
	const digits = Math.max(0, Math.min(decimals, 6 - Math.ceil(Math.log10(size))));
	return x.toFixed(digits).replace(/\.0+$|(\.\d*?)0+$/, '$1');
}

// The same with all of these decimals, as values of a signal that has so many.
function fixed(x, decimals) {
	return decimals && Math.abs(x) < 1e15 ? x.toFixed(decimals) : number(x);
}

// How many digits stand behind the point.
function decimalsOf(text) {
	const match = /^[-+]?\d*\.(\d+)$/.exec(text);
	return match ? match[1].length : 0;
}

function count(n, one, many) {
	return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

// A time that has passed, in milliseconds.
function age(ms) {
	const s = Math.floor(ms / 1000);
	if (s < 2)
		return 'now';
	if (s < 100)
		return `${s} s`;
	if (s < 6000)
		return `${Math.floor(s / 60)} min`;
	return s < 360000 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
}

function rate(perSecond) {
	if (!(perSecond > 0))
		return '';
	if (perSecond < 0.095)
		return `every ${Math.round(1 / perSecond)} s`;
	return `${perSecond.toFixed(perSecond < 1 ? 2 : perSecond < 19.95 ? 1 : 0)}/s`;
}

// Round numbers between two others, about as many as wanted.
function ticks(low, high, wanted) {
	const rough = (high - low) / wanted;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5].find((f) => f * power >= rough) ?? 10);
	const list = [];
	for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
		list.push(k * step);
	const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
	return list.map((value) => ({ value, text: tickText(value, decimals) }));
}

function tickText(value, decimals) {
	const size = Math.abs(value);
	if (size >= 1e7 || decimals > 6)
		return value === 0 ? '0' : value.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e');
	return value.toFixed(decimals).replace(/^-(0(\.0+)?)$/, '$1');
}
