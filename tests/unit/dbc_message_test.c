#include "dbc_case.h"

/* BO_ and SG_: what is tolerated, what is said and what is done about it. */

static const struct dbc_case ids[] = {
	{ "standard, extended",
		"BO_ 2047 A: 8 X\n"
		    "BO_ 2147483653 B: 8 X\n"
		    "BO_ 2684354559 C: 8 X\n",
		"2047 A 8 X\n"
		    "5x B 8 X\n"
		    "536870911x C 8 X\n" },
	{ "extended without bit 31",
		"BO_ 2048 A: 8 X\n"
		    "BO_ 536870911 B: 8 X\n",
		"1:5 expected bit 31 in an id above 2047, found 2048: taken as an extended one\n"
		    "2:5 expected bit 31 in an id above 2047, found 536870911: taken as an extended one\n"
		    "2048x A 8 X\n"
		    "536870911x B 8 X\n" },
	{ "more than 29 bits",
		"BO_ 536870912 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 2684354560 B: 8 X\n"
		    "BO_ 99999999999999999999 C: 8 X\n"
		    "BO_ 1 D: 8 X\n",
		"1:5 expected an id of at most 29 bits, found 536870912: message left out\n"
		    "3:5 expected an id of at most 29 bits, found 2684354560: message left out\n"
		    "4:5 expected the id of a message, found '99999999999999999999': message left out\n"
		    "1 D 8 X\n" },
	{ "signals of no frame",
		"BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 1073741824 Again: 0 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "CM_ SG_ 3221225472 s \"quiet\";\n",
		"" },
	{ "hexadecimal",
		"BO_ 0x1A A: 8 X\n",
		"1:5 expected a decimal id, found '0x1A': read as 26\n"
		    "26 A 8 X\n" },
	{ "odd ids in what is said about a message",
		"BO_ 0x1A A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 0x1A s 1 \"on\";\n"
		    "BO_ -2147483643 B: 8 X\n"
		    "CM_ BO_ -2147483643 \"text\";\n",
		"1:5 expected a decimal id, found '0x1A': read as 26\n"
		    "3:6 expected a decimal id, found '0x1A': read as 26\n"
		    "4:5 expected an id without a sign, found '-2147483643': read as 2147483653\n"
		    "5:9 expected an id without a sign, found '-2147483643': read as 2147483653\n"
		    "26 A 8 X\n"
		    " s 0|8@1+ (1,0) 1=on\n"
		    "5x B 8 X # text\n" },
	{ "with a sign",
		"BO_ -2147483643 A: 8 X\n"
		    "BO_ -1 B: 8 X\n",
		"1:5 expected an id without a sign, found '-2147483643': read as 2147483653\n"
		    "2:5 expected the id of a message, found '-1': message left out\n"
		    "5x A 8 X\n" },
	{ "no number",
		"BO_ x A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_\n"
		    "BO_ 1 B: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1:5 expected the id of a message, found 'x': message left out\n"
		    "3:4 expected more behind the keyword, found the end of the line: skipped\n"
		    "1 B 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "used twice",
		"BO_ 5 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 6 B: 8 X\n"
		    "BO_ 5 C: 8 X\n"
		    " SG_ t : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 5 t 1 \"on\";\n"
		    "VAL_ 5 s 1 \"on\";\n",
		"4:1 expected an id that is used once, found 5 again: this message replaces 'A'\n"
		    "7:8 expected a signal of message 'C', found 's': labels left out\n"
		    "6 B 8 X\n"
		    "5 C 8 X\n"
		    " t 0|8@1+ (1,0) 1=on\n" },
	{ "used twice, the second damaged",
		"BO_ 5 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 5\n"
		    "6 B: 8 X\n"
		    " SG_ t : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"3:1 expected an id that is used once, found 5 again in a damaged message: left out\n"
		    "4:1 expected a name of letters, digits and '_' without a digit in front, found '6': "
		    "kept\n"
		    "4:3 expected ':', found 'B': taken as if it were there\n"
		    "4:3 expected the length of the message in bytes, found 'B': taken as 0\n"
		    "4:4 expected a statement such as BO_ or VAL_, found ':': skipped up to the next "
		    "one\n"
		    "5 A 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "used twice, the first damaged",
		"BO_ 5 A\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 5 B: 8 X\n"
		    " SG_ t : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1:8 expected ':', length and sender, found the end of the line: taken as 0 bytes of "
		    "no node\n"
		    "3:1 expected an id that is used once, found 5 again: this message replaces 'A'\n"
		    "5 B 8 X\n"
		    " t 0|8@1+ (1,0)\n" },
	{ "extended, used twice",
		"BO_ 2147483653 A: 8 X\n"
		    "BO_ 2147483653 B: 8 X\n"
		    "CM_ BO_ 2147483654 \"c\";\n",
		"2:1 expected an id that is used once, found 2147483653 again: this message replaces "
		    "'A'\n"
		    "3:9 expected the id of a message in the file, found 2147483654: comment left out\n"
		    "5x B 8 X\n" },
	{ "the same number extended is another",
		"BO_ 5 A: 8 X\n"
		    "BO_ 2147483653 B: 8 X\n",
		"5 A 8 X\n"
		    "5x B 8 X\n" },
	{ "used twice, the second unreadable",
		"BO_ 5 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 5 : 8 X\n"
		    "CM_ BO_ 5 \"c\";\n",
		"3:7 expected the name of a message, found ':': message left out\n"
		    "5 A 8 X # c\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "what refers to an unreadable one is quiet",
		"BO_ 5 : 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "CM_ SG_ 5 s \"c\";\n"
		    "VAL_ 5 s 0 \"a\";\n",
		"1:7 expected the name of a message, found ':': message left out\n" },
};

static const struct dbc_case messages[] = {
	{ "blanks",
		"BO_ 1 A:8 X\n"
		    "BO_ 2 B :8   X\n"
		    "\tBO_  3  C  :  8  X  \r\n",
		"1 A 8 X\n"
		    "2 B 8 X\n"
		    "3 C 8 X\n" },
	{ "no blank in front of the number or the name",
		"BO_1 A: 8 X\n"
		    "BO_ 2B: 8 X\n",
		"1:4 expected a blank, found '1': taken as if there were one\n"
		    "2:6 expected a blank behind a number, found 'B': taken as if there were one\n"
		    "1 A 8 X\n"
		    "2 B 8 X\n" },
	{ "no name",
		"BO_ 1 : 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 2\n"
		    "BO_ 3 \"C\": 8 X\n",
		"1:7 expected the name of a message, found ':': message left out\n"
		    "3:6 expected the name of a message, found the end of the line: message left out\n"
		    "4:7 expected the name of a message, found '\"': message left out\n" },
	{ "odd names",
		"BO_ 1 1A: 8 X\n"
		    "BO_ 2 B-c.d: 8 X\n"
		    "BO_ 3 Gr\303\266\303\237e: 8 X\n",
		"1:7 expected a name of letters, digits and '_' without a digit in front, found "
		    "'1A': kept\n"
		    "2:7 expected a name of letters, digits and '_' without a digit in front, found "
		    "'B-c.d': kept\n"
		    "3:7 expected a name of letters, digits and '_' without a digit in front, found "
		    "'Gr\303\266\303\237e': kept\n"
		    "1 1A 8 X\n"
		    "2 B-c.d 8 X\n"
		    "3 Gr\303\266\303\237e 8 X\n" },
	{ "no colon",
		"BO_ 1 A 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1:9 expected ':', found '8': taken as if it were there\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "breaks off",
		"BO_ 1 A\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 2 B:\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 3 C: 8\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1:8 expected ':', length and sender, found the end of the line: taken as 0 bytes of "
		    "no node\n"
		    "3:9 expected the length of the message in bytes, found the end of the line: taken "
		    "as 0\n"
		    "5:11 expected the node that sends the message, found the end of the line: taken as "
		    "none\n"
		    "1 A 0\n"
		    " s 0|8@1+ (1,0)\n"
		    "2 B 0\n"
		    " s 0|8@1+ (1,0)\n"
		    "3 C 8\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "no length",
		"BO_ 1 A: X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 2 B: 8.5 X\n",
		"1:10 expected the length of the message in bytes, found 'X': taken as 0\n"
		    "3:10 expected the length of the message in bytes, found '8.5': taken as 0\n"
		    "1 A 0 X\n"
		    " s 0|8@1+ (1,0)\n"
		    "2 B 0 X\n" },
	{ "long lengths",
		"BO_ 1 A: 0 X\n"
		    "BO_ 2 B: 64 X\n"
		    "BO_ 3 C: 1785 X\n"
		    "BO_ 4 D: 99999999999 X\n",
		"4:10 expected the length of the message in bytes, found '99999999999': taken as 0\n"
		    "1 A 0 X\n"
		    "2 B 64 X\n"
		    "3 C 1785 X\n"
		    "4 D 0 X\n" },
	{ "senders",
		"BO_ 1 A: 8 Vector__XXX\n"
		    "BO_ 2 B: 8 Node\n"
		    "BO_ 3 C: 8 ;\n",
		"3:12 expected the node that sends the message, found ';': taken as none\n"
		    "3:12 expected a statement such as BO_ or VAL_, found ';': skipped up to the next "
		    "one\n"
		    "1 A 8\n"
		    "2 B 8 Node\n"
		    "3 C 8\n" },
	{ "several on one line",
		"BO_ 1 A: 8 X SG_ s : 0|8@1+ (1,0) [0|0] \"\" X SG_ t : 8|8@1+ (1,0) [0|0] \"\" X "
		    "BO_ 2 B: 8 X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "2 B 8 X\n" },
	{ "signals without a message",
		" SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1:2 expected BO_ before a signal, found SG_: signal left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "signals behind other statements",
		"BO_ 1 A: 8 X\n"
		    "CM_ \"c\";\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"3:2 expected BO_ before a signal, found another statement: taken as a signal of the "
		    "last message\n"
		    MODEL },
};

static const struct dbc_case signals[] = {
	{ "blanks",
		"BO_ 1 A: 8 X\n"
		    " SG_ a:0|8@1+(1,0)[0|0]\"\"Vector__XXX\n"
		    " SG_ b  M  :  8 | 8 @ 1 -  ( 1 , 0 )  [ 0 | 9 ]  \"u\"  X , Y\n",
		"1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1- (1,0) [0|9] 'u'\n" },
	{ "on several lines",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+\n"
		    "  (1,0)\n"
		    "  [0|0] \"\"\n"
		    " X\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\" X,\n"
		    " Y\n",
		"1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1+ (1,0)\n" },
	{ "comments within",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ /* scale: */ (1,0) [0|0] \"\" // receivers\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\" X // b\n",
		"2:57 expected a node that receives the signal, found the end of the line: taken as "
		    "none\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1+ (1,0)\n" },
	{ "numbers",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (.25,-1E-006) [-.5|5.] \"\" X\n"
		    " SG_ b : 0|8@1+ (0,+3) [-1.5e3|12345678901234567890.5] \"\" X\n",
		"1 A 8 X\n"
		    " a 0|8@1+ (0.25,-0.000001) [-0.5|5]\n"
		    " b 0|8@1+ (0,3) [-1500|12345678901234567890.5]\n" },
	{ "odd names",
		"BO_ 1 A: 8 X\n"
		    " SG_ 2nd : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a[1] : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a b : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"2:6 expected a name of letters, digits and '_' without a digit in front, found "
		    "'2nd': kept\n"
		    "3:6 expected a name of letters, digits and '_' without a digit in front, found "
		    "'a[1]': kept\n"
		    "4:8 expected M, m or m and a number, found 'b': ignored\n"
		    "1 A 8 X\n"
		    " 2nd 0|8@1+ (1,0)\n"
		    " a[1] 0|8@1+ (1,0)\n"
		    " a 0|8@1+ (1,0)\n" },
	{ "no name",
		"BO_ 1 A: 8 X\n"
		    " SG_ : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"2:6 expected the name of a signal, found ':': signal left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "no colon",
		"BO_ 1 A: 8 X\n"
		    " SG_ a 0|8@1+ (1,0) [0|0] \"\" X\n",
		"2:8 expected ':', found '0|8@1+': taken as if it were there\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n" },
	{ "breaks off",
		"BO_ 1 A: 8 X\n"
		    "SG_ a\n"
		    " SG_ b :\n"
		    " SG_ c : 0\n"
		    " SG_ d : 0|\n"
		    " SG_ e : 0|8\n"
		    " SG_ f : 0|8@\n"
		    " SG_ g : 0|8@1\n"
		    " SG_ h : 0|8@1+\n"
		    " SG_ i : 0|8@1+ (\n"
		    " SG_ j : 0|8@1+ (1\n"
		    " SG_ k : 0|8@1+ (1,\n"
		    " SG_ l : 0|8@1+ (1,0\n"
		    " SG_ m : 0|8@1+ (1,0)\n"
		    " SG_ n : 0|8@1+ (1,0) [\n"
		    " SG_ o : 0|8@1+ (1,0) [0|1]\n"
		    " SG_ p : 0|8@1+ (1,0) [0|1] \"\n"
		    " SG_ q : 0|8@1+ (1,0) [0|1] \"\"\n"
		    " SG_ r : 0|8@1+ (1,0) [0|1] \"\" X,\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"2:6 expected ':', found the end of the line: signal left out\n"
		    "3:9 expected the start bit, found the end of the line: signal left out\n"
		    "4:11 expected '|' behind the start bit, found the end of the line: signal left out\n"
		    "5:12 expected the number of bits, found the end of the line: signal left out\n"
		    "6:13 expected '@' behind the number of bits, found the end of the line: signal left "
		    "out\n"
		    "7:14 expected the byte order, 0 or 1, found the end of the line: signal left out\n"
		    "8:15 expected (factor,offset), found the end of the line: signal left out\n"
		    "9:16 expected (factor,offset), found the end of the line: signal left out\n"
		    "10:18 expected a factor, found the end of the line: signal left out\n"
		    "11:19 expected ',' behind the factor, found the end of the line: signal left out\n"
		    "12:20 expected an offset, found the end of the line: signal left out\n"
		    "13:21 expected [minimum|maximum], unit and receivers, found the end of the line: "
		    "taken as none\n"
		    "14:22 expected [minimum|maximum], unit and receivers, found the end of the line: "
		    "taken as none\n"
		    "15:24 expected unit and receivers, found the end of the line: taken as none\n"
		    "16:28 expected unit and receivers, found the end of the line: taken as none\n"
		    "17:29 expected '\"' at the end of the text, found the next statement: unit left "
		    "out\n"
		    "18:31 expected a node that receives the signal, found the end of the line: taken as "
		    "none\n"
		    "19:34 expected a node that receives the signal, found the end of the line: taken as "
		    "none\n"
		    "1 A 8 X\n"
		    " l 0|8@1+ (1,0)\n"
		    " m 0|8@1+ (1,0)\n"
		    " n 0|8@1+ (1,0)\n"
		    " o 0|8@1+ (1,0) [0|1]\n"
		    " p 0|8@1+ (1,0) [0|1]\n"
		    " q 0|8@1+ (1,0) [0|1]\n"
		    " r 0|8@1+ (1,0) [0|1]\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "place not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : -1|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 0:8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c : 0|x@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ d : 0|8 (1,0) [0|0] \"\" X\n"
		    " SG_ e : 99999999|8@1+ (1,0) [0|0] \"\" X\n",
		"2:10 expected the start bit, found '-1|8@1+': signal left out\n"
		    "3:11 expected '|' behind the start bit, found ':': signal left out\n"
		    "4:12 expected the number of bits, found 'x@1+': signal left out\n"
		    "5:14 expected '@' behind the number of bits, found '(1': signal left out\n"
		    "6:10 expected the start bit, found '99999999|8@1+': signal left out\n"
		    "1 A 8 X\n" },
	{ "byte order and sign",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@2+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 8|8@1 (1,0) [0|0] \"\" X\n"
		    " SG_ c : 23|8@0- (1,0) [0|0] \"\" X\n",
		"2:14 expected 0 or 1 as byte order, found 2: taken as 1, little-endian\n"
		    "3:16 expected '+' or '-', found '(1': taken as '+', unsigned\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1+ (1,0)\n"
		    " c 23|8@0- (1,0)\n" },
	{ "scale not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (0,1,0) [0|0] \"\" X\n"
		    " SG_ b : 0|8@1+ (x,0) [0|0] \"\" X\n"
		    " SG_ c : 0|8@1+ (1) [0|0] \"\" X\n"
		    " SG_ d : 0|8@1+ (1,nan) [0|0] \"\" X\n"
		    " SG_ e : 0|8@1+ (1e99999,0) [0|0] \"\" X\n"
		    " SG_ f : 0|8@1+ (,) [0|0] \"\" X\n"
		    " SG_ g : 0|8@1+ [0|0] \"\" X\n",
		"2:21 expected ')' behind the offset, found ',': signal left out\n"
		    "3:18 expected a factor, found 'x': signal left out\n"
		    "4:19 expected ',' behind the factor, found ')': signal left out\n"
		    "5:20 expected an offset, found 'nan)': signal left out\n"
		    "6:18 expected a factor, found '1e99999': signal left out\n"
		    "7:18 expected a factor, found ',': signal left out\n"
		    "8:17 expected '(' before the factor, found '[0|0]': taken as if it were there\n"
		    "8:17 expected a factor, found '[0|0]': signal left out\n"
		    "1 A 8 X\n" },
	{ "brackets of the scale",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ 1,0) [0|0] \"\" X\n"
		    " SG_ b : 0|8@1+ (1,0 [0|0] \"\" X\n",
		"2:17 expected '(' before the factor, found '1': taken as if it were there\n"
		    "3:22 expected ')' behind the offset, found '[0|0]': taken as if it were there\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 0|8@1+ (1,0)\n" },
	{ "nodes with names like keywords",
		"BO_ 1 A: 8 BO_1\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"\" CM_1\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\"BO_2,VAL_3 SG_4, FILTER\n",
		"1 A 8 BO_1\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 8|8@1+ (1,0)\n" },
	{ "range not readable",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [|] \"u\" X\n"
		    " SG_ b : 0|8@1+ (1,0) [0|1.#INF] \"u\" X\n"
		    " SG_ c : 0|8@1+ (1,0) \"u\" X\n"
		    " SG_ d : 0|8@1+ (1,0) [0,1] \"u\" X\n"
		    " SG_ e : 0|8@1+ (1,0) [0|1 \"u\" X\n",
		"2:24 expected [minimum|maximum], found '|]': taken as no range\n"
		    "3:26 expected [minimum|maximum], found '1.#INF]': taken as no range\n"
		    "4:23 expected [minimum|maximum], found '\"': taken as no range\n"
		    "5:25 expected [minimum|maximum], found ',': taken as no range\n"
		    "6:28 expected [minimum|maximum], found '\"': taken as no range\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0) 'u'\n"
		    " b 0|8@1+ (1,0) 'u'\n"
		    " c 0|8@1+ (1,0) 'u'\n"
		    " d 0|8@1+ (1,0) 'u'\n"
		    " e 0|8@1+ (1,0) 'u'\n" },
	{ "unit",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] X\n"
		    " SG_ b : 0|8@1+ (1,0) [0|0] \"6\"\" X\n"
		    " SG_ c : 0|8@1+ (1,0) [0|0] \"\"\" X\n"
		    " SG_ d : 0|8@1+ (1,0) [0|0] \"\302\260C\" X\n"
		    " SG_ e : 0|8@1+ (1,0) [0|0] \"m X\n"
		    " SG_ f : 0|8@1+ (1,0) [0|0] \"km\\\\\" X\n"
		    " SG_ g : 0|8@1+ (1,0) [0|0] \"a\\\"\" X\n",
		"2:29 expected a unit in quotes, found 'X': taken as none\n"
		    "3:31 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "4:30 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "6:29 expected '\"' at the end of the text, found the next statement: unit left out\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 0|8@1+ (1,0) '6\"'\n"
		    " c 0|8@1+ (1,0) '\"'\n"
		    " d 0|8@1+ (1,0) '\302\260C'\n"
		    " e 0|8@1+ (1,0)\n"
		    " f 0|8@1+ (1,0) 'km\\\\'\n"
		    " g 0|8@1+ (1,0) 'a\"'\n" },
	{ "unit with a line end",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"m\n"
		    "/s\" X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " a 0|8@1+ (1,0) 'm\n"
		    "/s'\n"
		    " s 0|8@1+ (1,0)\n" },
	{ "receivers",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"\" X Y\n"
		    " SG_ b : 0|8@1+ (1,0) [0|0] \"\" X;\n"
		    " SG_ c : 0|8@1+ (1,0) [0|0] \"\"\n"
		    " SG_ d : 0|8@1+ (1,0) [0|0] \"\" \"X\"\n",
		"3:33 expected the end of the line, found ';': rest of the line ignored\n"
		    "4:31 expected a node that receives the signal, found the end of the line: taken as "
		    "none\n"
		    "5:32 expected a node that receives the signal, found '\"': taken as none\n"
		    "5:32 expected the end of the line, found '\"': rest of the line ignored\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0)\n"
		    " b 0|8@1+ (1,0)\n"
		    " c 0|8@1+ (1,0)\n"
		    " d 0|8@1+ (1,0)\n" },
	{ "sizes",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|0@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 0|64@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c : 0|80@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 1 a 0 \"quiet\";\n",
		"2:2 expected 1 to 64 bits, found 0: signal 'a' left out\n"
		    "4:2 expected 1 to 64 bits, found 80: signal 'c' kept, but not decoded\n"
		    "1 A 8 X\n"
		    " b 0|64@1+ (1,0)\n"
		    " c 0|80@1+ (1,0)\n" },
	{ "a name used twice",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    "VAL_ 1 a 0 \"off\";\n",
		"4:2 expected a name that is used once in a message, found 'a' again: this signal "
		    "replaces the one before\n"
		    "1 A 8 X\n"
		    " b 8|8@1+ (1,0)\n"
		    " a 16|8@1+ (1,0) 0=off\n" },
	{ "a name used twice, the second unreadable",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ a : 8|8\n"
		    "VAL_ 1 a 0 \"off\";\n",
		"3:13 expected '@' behind the number of bits, found the end of the line: signal left "
		    "out\n"
		    "1 A 8 X\n"
		    " a 0|8@1+ (1,0) 0=off\n" },
	{ "the same name in two messages",
		"BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 2 B: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    "2 B 8 X\n"
		    " s 0|8@1+ (1,0)\n" },
};

static void
test_ids(void)
{
	RUN_CASES(ids);
}

static void
test_messages(void)
{
	RUN_CASES(messages);
}

static void
test_signals(void)
{
	RUN_CASES(signals);
}

int
main(void)
{
	TEST(test_ids);
	TEST(test_messages);
	TEST(test_signals);
	return test_end();
}
