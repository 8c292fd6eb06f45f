#include "dbc_case.h"

/* What selects which signals. */

static const struct dbc_case mux[] = {
	{ "plain",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c : 24|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 0-0\n"
		    " b 16|8@1+ (1,0) if s 1-1\n"
		    " c 24|8@1+ (1,0)\n" },
	{ "behind what it selects",
		"BO_ 1 A: 8 X\n"
		    " SG_ a m0 : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ s M : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " a 0|8@1+ (1,0) if s 0-0\n"
		    " s 8|8@1+ (1,0) M\n" },
	{ "a signal of its own for every value",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m18446744073709551615 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m18446744073709551616 : 16|8@1+ (1,0) [0|0] \"\" X\n",
		"4:8 expected M, m or m and a number, found 'm18446744073709551616': signal left "
		    "out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 18446744073709551615-18446744073709551615\n" },
	{ "marks not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m-1 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1x : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c Mm : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ d m M : 32|8@1+ (1,0) [0|0] \"\" X\n",
		"3:8 expected M, m or m and a number, found 'm-1': signal left out\n"
		    "4:8 expected M, m or m and a number, found 'm1x': signal left out\n"
		    "5:8 expected M, m or m and a number, found 'Mm': ignored\n"
		    "6:10 expected M, m or m and a number, found 'M': ignored\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " c 24|8@1+ (1,0)\n"
		    " d 32|8@1+ (1,0)\n" },
	{ "a multiplexor in a branch",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t m1M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m2 : 16|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) if s 1-1\n"
		    " a 16|8@1+ (1,0) if s 2-2\n" },
	{ "no multiplexor",
		"BO_ 1 A: 8 X\n"
		    " SG_ a m0 : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"2:2 expected a multiplexor, M, for signal 'a', found none in the message: taken as "
		    "always present\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1+ (1,0)\n" },
	{ "a bare m",
		"BO_ 1 A: 8 X\n"
		    " SG_ s m : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 16|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 0-0\n"
		    " b 16|8@1+ (1,0) if s 1-1\n" },
	{ "a bare m and SG_MUL_VAL_",
		"BO_ 1 A: 8 X\n"
		    " SG_ s m : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 3-4;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 3-4\n" },
	{ "only an mNM",
		"BO_ 1 A: 8 X\n"
		    " SG_ t m1M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " t 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if t 0-0\n" },
	{ "several multiplexors without SG_MUL_VAL_",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 16|8@1+ (1,0) [0|0] \"\" X\n",
		"4:2 expected SG_MUL_VAL_ for a signal of a message with 2 multiplexors, found none: "
		    "taken as selected by 's'\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0)\n"
		    " a 16|8@1+ (1,0) if s 0-0\n" },
	{ "several multiplexors",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 0-0;\n"
		    "SG_MUL_VAL_ 1 b t 1-1;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) M\n"
		    " a 16|8@1+ (1,0) if s 0-0\n"
		    " b 24|8@1+ (1,0) if t 1-1\n" },
	{ "ranges",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 9-10, 1-2, 4-4,3-3,2-4 , 11-18446744073709551615;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 1-4 9-18446744073709551615\n" },
	{ "ranges in several statements",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 1-1;\n"
		    "SG_MUL_VAL_ 1 a s 5-6;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 1-1 5-6\n" },
	{ "goes before the mark",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a t 7-7;\n"
		    "SG_MUL_VAL_ 1 b s 1-1;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) M\n"
		    " a 16|8@1+ (1,0) if t 7-7\n"
		    " b 24|8@1+ (1,0) if s 1-1\n" },
	{ "nested",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t m1M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 t s 1-1;\n"
		    "SG_MUL_VAL_ 1 a t 0-0;\n"
		    "SG_MUL_VAL_ 1 b t 1-1;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) M if s 1-1\n"
		    " a 16|8@1+ (1,0) if t 0-0\n"
		    " b 24|8@1+ (1,0) if t 1-1\n" },
	{ "parents only there",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m5 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 t s 1-1;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) if s 1-1\n"
		    " a 16|8@1+ (1,0) if s 5-5\n" },
	{ "not marked at all",
		"BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 1-1;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 1-1\n" },
	{ "two selectors for one signal",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s 1-1;\n"
		    "SG_MUL_VAL_ 1 a t 2-2;\n",
		"6:13 expected one multiplexor for a signal, found a second: the last one counts\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0) M\n"
		    " a 16|8@1+ (1,0) if t 2-2\n" },
	{ "cycles",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ u M : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m1 : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 s t 1-1;\n"
		    "SG_MUL_VAL_ 1 t u 1-1;\n"
		    "SG_MUL_VAL_ 1 u s 1-1;\n"
		    "SG_MUL_VAL_ 1 a a 1-1;\n",
		"4:2 expected a multiplexor that does not depend on signal 'u', found one: taken as "
		    "always present\n"
		    "5:2 expected a multiplexor that does not depend on signal 'a', found one: taken as "
		    "always present\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) if t 1-1\n"
		    " t 8|8@1+ (1,0) M if u 1-1\n"
		    " u 16|8@1+ (1,0) M\n"
		    " a 24|8@1+ (1,0)\n" },
	{ "no such signal",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 x s 1-1;\n"
		    "SG_MUL_VAL_ 1 a x 1-1;\n"
		    "SG_MUL_VAL_ 2 a s 1-1;\n",
		"4:15 expected a signal of message 'A', found 'x': SG_MUL_VAL_ left out\n"
		    "5:17 expected a signal of message 'A', found 'x': SG_MUL_VAL_ left out\n"
		    "6:13 expected the id of a message in the file, found 2: SG_MUL_VAL_ left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 0-0\n" },
	{ "not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 a s ;\n"
		    "SG_MUL_VAL_ 1 a\n"
		    "SG_MUL_VAL_ 1 a s 3, 5-4, x;\n"
		    "SG_MUL_VAL_ 1 b s 1-2 3-4;\n",
		"5:19 expected a range such as 0-3, found ';': left out\n"
		    "6:16 expected the name of a multiplexor, found the end of the line: statement left "
		    "out\n"
		    "7:20 expected '-' and the end of a range, found ',': taken as one value\n"
		    "7:24 expected a range that ends above its beginning, found 5-4: turned round\n"
		    "7:27 expected a range such as 0-3, found 'x': left out\n"
		    "8:23 expected ',' between ranges, found '3-4': taken as if it were there\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 3-5\n"
		    " b 16|8@1+ (1,0) if s 1-4\n" },
	{ "before the message",
		"SG_MUL_VAL_ 1 a s 3-4;\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " a 8|8@1+ (1,0) if s 3-4\n" },
	{ "signals of one name",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ s : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m1 : 24|8@1+ (1,0) [0|0] \"\" X\n",
		"4:2 expected a name that is used once in a message, found 's' again: this signal "
		    "replaces the one before\n"
		    "5:2 expected a name that is used once in a message, found 'a' again: this signal "
		    "replaces the one before\n"
		    "5:2 expected a multiplexor, M, for signal 'a', found none in the message: taken as "
		    "always present\n"
		    "1 A 8 X\n"
		    " s 16|8@1+ (1,0)\n"
		    " a 24|8@1+ (1,0)\n" },
	{ "a selector left out",
		" BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|0@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "SG_MUL_VAL_ 1 b s 1-1;\n",
		"2:2 expected 1 to 64 bits, found 0: signal 's' left out\n"
		    "3:2 expected a multiplexor that can be read for signal 'a', found 's': signal left "
		    "out\n"
		    "4:2 expected a multiplexor that can be read for signal 'b', found 's': signal left "
		    "out\n"
		    "1 A 8 X\n" },
	{ "a multiplexor not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ a m0 : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m1 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ s M : 8|8\n",
		"2:2 expected a multiplexor that can be read for signal 'a', found 's': signal left "
		    "out\n"
		    "3:2 expected a multiplexor that can be read for signal 'b', found 's': signal left "
		    "out\n"
		    "5:15 expected '@' behind the number of bits, found the end of the file: signal left "
		    "out\n"
		    "1 A 8 X\n"
		    " c 16|8@1+ (1,0)\n" },
	{ "a multiplexor not readable behind another",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t m1M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m1 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b m2 : 24|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t m1M : 8\n"
		    "SG_MUL_VAL_ 1 b u 2-2;\n"
		    "SG_MUL_VAL_ 1 a b 2-2;\n"
		    " SG_ u m1M : 8\n",
		"4:2 expected a multiplexor that can be read for signal 'a', found 'b': signal left "
		    "out\n"
		    "5:2 expected a multiplexor that can be read for signal 'b', found 'u': signal left "
		    "out\n"
		    "6:15 expected '|' behind the start bit, found the end of the line: signal left out\n"
		    "9:2 expected BO_ before a signal, found another statement: taken as a signal of the "
		    "last message\n"
		    "9:15 expected '|' behind the start bit, found the end of the file: signal left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) M\n"
		    " t 8|8@1+ (1,0) if s 1-1\n" },
	{ "by short names",
		"BO_ 1 A: 8 X\n"
		    " SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a m0 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"selector\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 a \"s\";\n"
		    "SG_MUL_VAL_ 1 a s 2-2;\n",
		"1 A 8 X\n"
		    " selector 0|8@1+ (1,0) M\n"
		    " s 8|8@1+ (1,0) if selector 2-2\n" },
};

static void
test_mux(void)
{
	RUN_CASES(mux);
}

int
main(void)
{
	TEST(test_mux);
	return test_end();
}
