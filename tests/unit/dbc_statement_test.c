#include "dbc_case.h"

/* VAL_, VAL_TABLE_, SIG_VALTYPE_: what is tolerated, what is said and what is done about it. */

static const struct dbc_case values[] = {
	{ "labels",
		HEAD
		    "VAL_ 1 s 1 \"on\" 0 \"off\" ;\n"
		    "VAL_ 1 t -1 \"a\" 9223372036854775807 \"b\" 18446744073709551615 \"c\" "
		    "-9223372036854775808 \"d\";\n",
		"5:41 expected a value that is used once in a table, found -1 again: this label "
		    "replaces the one before\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) -9223372036854775808=d -1=c 9223372036854775807=b\n" },
	{ "none",
		HEAD
		    "VAL_ 1 s ;\n"
		    "VAL_ 1 t;\n",
		MODEL },
	{ "several lines",
		HEAD
		    "VAL_ 1 s\n"
		    " 0 \"off\"\n"
		    " 1 \"on\"\n"
		    ";\n"
		    "VAL_\n"
		    " 1 t 0 \"off\";\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) 0=off\n" },
	{ "of an environment variable",
		HEAD
		    "VAL_ s 0 \"off\";\n"
		    "VAL_ 2nd 0 \"off\" 1 \"on\" ;\n"
		    "VAL_ s Table;\n",
		"5:6 expected the id of a message in the file, found 2: labels left out\n"
		    "5:7 expected a blank behind a number, found 'nd': taken as if there were one\n"
		    MODEL },
	{ "no end",
		HEAD
		    "VAL_ 1 s 0 \"off\"\n"
		    "VAL_ 1 t 0 \"on\" VAL_ 1 s 1 \"on\"",
		"4:17 expected ';', found the end of the line: taken as if it were there\n"
		    "5:17 expected ';', found 'VAL_': taken as if it were there\n"
		    "5:22 expected one VAL_ for a signal, found another for 's': it replaces the one "
		    "before\n"
		    "5:32 expected ';', found the end of the file: taken as if it were there\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 1=on\n"
		    " t 8|8@1+ (1,0) 0=on\n" },
	{ "two on one line",
		HEAD
		    "VAL_ 1 s 0 \"off\" ;VAL_ 1 t 0 \"on\";VAL_TABLE_ T 0 \"x\";\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off\n"
		    " t 8|8@1+ (1,0) 0=on\n" },
	{ "no blank",
		HEAD
		    "VAL_1 s 0\"off\"1\"on\";\n"
		    "VAL_ 1t 0 \"on\";\n",
		"4:5 expected a blank, found '1': taken as if there were one\n"
		    "5:7 expected a blank behind a number, found 't': taken as if there were one\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) 0=on\n" },
	{ "signals called like keywords",
		"BO_ 1 FILTER: 8 X\n"
		    " SG_ FILTER : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ VERSION M : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 1 FILTER 0 \"off\";\n"
		    "CM_ SG_ 1 VERSION \"v\";\n"
		    "SG_MUL_VAL_ 1 FILTER VERSION 1-1;\n"
		    "VAL_ VERSION 0 \"of a variable\";\n",
		"1 FILTER 8 X\n"
		    " FILTER 0|8@1+ (1,0) if VERSION 1-1 0=off\n"
		    " VERSION 8|8@1+ (1,0) M # v\n" },
	{ "no such signal",
		HEAD
		    "VAL_ 1 u 0 \"off\";\n"
		    "VAL_ 2 s 0 \"off\";\n"
		    "VAL_ 1 ;\n"
		    "VAL_ 1\n"
		    "VAL_ 1 t 0 \"on\";\n",
		"4:8 expected a signal of message 'A', found 'u': labels left out\n"
		    "5:6 expected the id of a message in the file, found 2: labels left out\n"
		    "6:8 expected the name of a signal, found ';': labels left out\n"
		    "7:7 expected the name of a signal, found the end of the line: labels left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0) 0=on\n" },
	{ "numbers",
		HEAD
		    "VAL_ 1 s 1.0 \"one\" 2e1 \"twenty\" 0x1F \"hex\" +3 \"three\";\n"
		    "VAL_ 1 t 0.5 \"half\" 99999999999999999999 \"wide\" 1 \"one\";\n",
		"5:10 expected a whole number, found '0.5': its label left out\n"
		    "5:21 expected a whole number, found '99999999999999999999': its label left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 1=one 3=three 20=twenty 31=hex\n"
		    " t 8|8@1+ (1,0) 1=one\n" },
	{ "a value without its label",
		HEAD
		    "VAL_ 1 s 0 \"off\" 1;\n"
		    "VAL_ 1 t 0 1 \"on\";\n",
		"4:19 expected a label in quotes, found ';': value left out\n"
		    "5:12 expected a label in quotes, found '1': value left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off\n"
		    " t 8|8@1+ (1,0) 1=on\n" },
	{ "a label without its value",
		HEAD
		    "VAL_ 1 s \"off\" 1 \"on\";\n",
		"4:10 expected a value before its label, found '\"': label left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 1=on\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "labels without quotes",
		HEAD
		    "VAL_ 1 s 0 off 1 on;\n",
		"4:12 expected a label in quotes, found 'off': taken as the label\n"
		    "4:18 expected a label in quotes, found 'on': taken as the label\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "something else",
		HEAD
		    "VAL_ 1 s 0 \"off\", 1 \"on\";\n"
		    "VAL_ 1 t 0 \"off\" x 1 \"on\";\n"
		    "CM_ BO_ 1 \"c\";\n",
		"4:17 expected a blank between labels, found ',': taken as one\n"
		    "5:16 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) 0=off\" x 1 \"on\n" },
	{ "a value twice",
		HEAD
		    "VAL_ 1 s 0 \"off\" 1 \"on\" 0 \"zero\";\n",
		"4:25 expected a value that is used once in a table, found 0 again: this label "
		    "replaces the one before\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=zero 1=on\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "a signal twice",
		HEAD
		    "VAL_ 1 s 0 \"off\" 1 \"on\";\n"
		    "VAL_ 1 s 2 \"two\";\n",
		"5:6 expected one VAL_ for a signal, found another for 's': it replaces the one "
		    "before\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 2=two\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "quotes within",
		HEAD
		    "VAL_ 1 s 0 \"an \"off\" switch\" 1 \"on\";\n"
		    "VAL_ 1 t 0 \"3 \\\"x\\\"\" 1 \"5\"\" 2 \"y\";\n",
		"4:16 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "5:26 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=an \"off\" switch 1=on\n"
		    " t 8|8@1+ (1,0) 0=3 \"x\" 1=5\" 2=y\n" },
	{ "no closing quote",
		HEAD
		    "VAL_ 1 s 0 \"off\" 1 \"on;\n"
		    "VAL_ 1 t 0 \"off\";\n",
		"4:20 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) 0=off\n" },
	{ "beyond the signal's range",
		HEAD
		    "VAL_ 1 s 256 \"above\" -1 \"below\" 255 \"last\";\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) -1=below 255=last 256=above\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "tables",
		"VAL_TABLE_ T 1 \"on\" 0 \"off\" ;\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 1 s T ;\n"
		    "VAL_ 1 t T;\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off 1=on\n"
		    " t 8|8@1+ (1,0) 0=off 1=on\n" },
	{ "a table that is not there",
		HEAD
		    "VAL_ 1 s T ;\n"
		    "VAL_TABLE_ 0 \"x\";\n",
		"4:10 expected labels or the name of a value table, found 'T': labels left out\n"
		    "5:14 expected a value before its label, found '\"': label left out\n"
		    MODEL },
	{ "a table twice",
		HEAD
		    "VAL_TABLE_ T 0 \"off\";\n"
		    "VAL_TABLE_ T 0 \"no\" 0 \"zero\";\n"
		    "VAL_ 1 s T;\n",
		"5:1 expected a name that is used once, found 'T' again: this table replaces the one "
		    "before\n"
		    "5:21 expected a value that is used once in a table, found 0 again: this label "
		    "replaces the one before\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=zero\n"
		    " t 8|8@1+ (1,0)\n" },
};

static const struct dbc_case types[] = {
	{ "by length",
		"BO_ 1 A: 64 X\n"
		    " SG_ h : 0|16@1- (1,0) [0|0] \"\" X\n"
		    " SG_ f : 0|32@1- (1,0) [0|0] \"\" X\n"
		    " SG_ d : 0|64@1- (1,0) [0|0] \"\" X\n"
		    " SG_ i : 0|8@1- (1,0) [0|0] \"\" X\n"
		    "SIG_VALTYPE_ 1 h : 1;\n"
		    "SIG_VALTYPE_ 1 f : 1;\n"
		    "SIG_VALTYPE_ 1 d : 2;\n"
		    "SIG_VALTYPE_ 1 i : 0;\n",
		"1 A 64 X\n"
		    " h 0|16@1f (1,0)\n"
		    " f 0|32@1f (1,0)\n"
		    " d 0|64@1f (1,0)\n"
		    " i 0|8@1- (1,0)\n" },
	{ "length and type disagree",
		"BO_ 1 A: 64 X\n"
		    " SG_ h : 0|16@1- (1,0) [0|0] \"\" X\n"
		    " SG_ f : 0|32@1- (1,0) [0|0] \"\" X\n"
		    " SG_ d : 0|64@1- (1,0) [0|0] \"\" X\n"
		    " SG_ i : 0|8@1- (1,0) [0|0] \"\" X\n"
		    "SIG_VALTYPE_ 1 f : 2;\n"
		    "SIG_VALTYPE_ 1 d : 1;\n"
		    "SIG_VALTYPE_ 1 i : 1;\n",
		"6:14 expected 64 bits for a float of type 2, found 32: taken as a float of that "
		    "length\n"
		    "7:14 expected 32 bits for a float of type 1, found 64: taken as a float of that "
		    "length\n"
		    "8:14 expected a float of 16, 32 or 64 bits, found 8: taken as an integer\n"
		    "1 A 64 X\n"
		    " h 0|16@1- (1,0)\n"
		    " f 0|32@1f (1,0)\n"
		    " d 0|64@1f (1,0)\n"
		    " i 0|8@1- (1,0)\n" },
	{ "blanks and colon",
		"BO_ 1 A: 64 X\n"
		    " SG_ h : 0|16@1- (1,0) [0|0] \"\" X\n"
		    " SG_ f : 0|32@1- (1,0) [0|0] \"\" X\n"
		    " SG_ d : 0|64@1- (1,0) [0|0] \"\" X\n"
		    " SG_ i : 0|8@1- (1,0) [0|0] \"\" X\n"
		    "SIG_VALTYPE_ 1 h: 1;\n"
		    "SIG_VALTYPE_ 1 f 1 ;\n"
		    "SIG_VALTYPE_ 1 d :2\n"
		    "CM_ \"\";\n",
		"8:20 expected ';', found the end of the line: taken as if it were there\n"
		    "1 A 64 X\n"
		    " h 0|16@1f (1,0)\n"
		    " f 0|32@1f (1,0)\n"
		    " d 0|64@1f (1,0)\n"
		    " i 0|8@1- (1,0)\n" },
	{ "not readable",
		"BO_ 1 A: 64 X\n"
		    " SG_ h : 0|16@1- (1,0) [0|0] \"\" X\n"
		    " SG_ f : 0|32@1- (1,0) [0|0] \"\" X\n"
		    " SG_ d : 0|64@1- (1,0) [0|0] \"\" X\n"
		    " SG_ i : 0|8@1- (1,0) [0|0] \"\" X\n"
		    "SIG_VALTYPE_ 1 h : 3;\n"
		    "SIG_VALTYPE_ 1 f : x;\n"
		    "SIG_VALTYPE_ 1 u : 1;\n"
		    "SIG_VALTYPE_ 2 f : 1;\n"
		    "SIG_VALTYPE_ 1;\n"
		    "SIG_VALTYPE_ ;\n"
		    "SIG_VALTYPE_ 1 f : 1;\n",
		"6:14 expected 0, 1 or 2 as type, found 3: taken as an integer\n"
		    "7:20 expected 0, 1 or 2, found 'x': type left out\n"
		    "8:16 expected a signal of message 'A', found 'u': type left out\n"
		    "9:14 expected the id of a message in the file, found 2: type left out\n"
		    "10:15 expected the name of a signal, found ';': type left out\n"
		    "11:14 expected the id of a message, found ';': type left out\n"
		    "1 A 64 X\n"
		    " h 0|16@1- (1,0)\n"
		    " f 0|32@1f (1,0)\n"
		    " d 0|64@1- (1,0)\n"
		    " i 0|8@1- (1,0)\n" },
};

static void
test_values(void)
{
	RUN_CASES(values);
}

static void
test_types(void)
{
	RUN_CASES(types);
}

int
main(void)
{
	TEST(test_values);
	TEST(test_types);
	return test_end();
}
