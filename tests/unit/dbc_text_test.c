#include "dbc_case.h"

/* Comments, texts in quotes, and what a file is made of. */

static const struct dbc_case comments[] = {
	{ "all forms",
		HEAD
		    "CM_ \"file\";\n"
		    "CM_ BU_ X \"node\";\n"
		    "CM_ EV_ v \"variable\";\n"
		    "CM_ BO_ 1 \"message\";\n"
		    "CM_ SG_ 1 s \"signal\" ;\n",
		"1 A 8 X # message\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "before what they are about",
		"CM_ SG_ 1 s \"signal\";\n"
		    "VAL_ 1 s 0 \"off\";\n"
		    "VERSION \"\"\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1 A 8 X\n"
		    " s 0|8@1+ (1,0) 0=off # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "a signal without its name",
		HEAD
		    "CM_ SG_ 1 \"taken\";\n",
		"4:11 expected the name of a signal, found '\"': taken as a comment of the message\n"
		    "1 A 8 X # taken\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "a signal without its name, the message has one",
		HEAD
		    "CM_ BO_ 1 \"own\";\n"
		    "CM_ SG_ 1 \"not taken\";\n",
		"5:11 expected the name of a signal, found '\"': taken as a comment of the message\n"
		    "1 A 8 X # own\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "no keyword",
		HEAD
		    "CM_ 1 \"message\";\n"
		    "CM_ 1 s \"signal\";\n",
		"4:5 expected BO_ or SG_, found '1': taken as if it were there\n"
		    "5:5 expected BO_ or SG_, found '1': taken as if it were there\n"
		    "1 A 8 X # message\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "no such thing",
		HEAD
		    "CM_ BO_ 2 \"c\";\n"
		    "CM_ SG_ 2 s \"c\";\n"
		    "CM_ SG_ 1 u \"c\";\n"
		    "CM_ FOO_ 1 \"c\";\n"
		    "CM_ SG_ x s \"c\";\n",
		"4:9 expected the id of a message in the file, found 2: comment left out\n"
		    "5:9 expected the id of a message in the file, found 2: comment left out\n"
		    "6:11 expected a signal of message 'A', found 'u': comment left out\n"
		    "7:5 expected a text, or BU_, BO_, SG_ or EV_ and what it is about, found 'FOO_': "
		    "comment left out\n"
		    "8:9 expected a text, or BU_, BO_, SG_ or EV_ and what it is about, found 'x': "
		    "comment left out\n"
		    MODEL },
	{ "no text",
		HEAD
		    "CM_ BO_ 1 ;\n"
		    "CM_ BO_ 1 text;\n"
		    "CM_ BO_ 1\n"
		    "CM_ SG_ 1 s \"signal\";\n",
		"4:11 expected a text in quotes, found ';': comment left out\n"
		    "5:15 expected a text in quotes, found ';': comment left out\n"
		    "6:10 expected a text in quotes, found the end of the line: comment left out\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "no end",
		HEAD
		    "CM_ BO_ 1 \"message\"\n"
		    "CM_ SG_ 1 s \"signal\" CM_ SG_ 1 t \"other\"",
		"4:20 expected ';', found the end of the line: taken as if it were there\n"
		    "5:22 expected ';', found 'CM_': taken as if it were there\n"
		    "5:41 expected ';', found the end of the file: taken as if it were there\n"
		    "1 A 8 X # message\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0) # other\n" },
	{ "more than a text",
		HEAD
		    "CM_ BO_ 1 \"message\" more;\n"
		    "CM_ SG_ 1 s \"signal\";\n",
		"4:21 expected ';', found 'more': skipped up to the next statement\n"
		    "1 A 8 X # message\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "twice",
		HEAD
		    "CM_ BO_ 1 \"first\";\n"
		    "CM_ BO_ 1 \"second\";\n",
		"1 A 8 X # second\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "lines within",
		HEAD
		    "CM_ BO_ 1 \"one\r\n"
		    "two\n"
		    "\n"
		    " three\";\n"
		    "CM_ SG_ 1 s \"\n"
		    "\";\n",
		"1 A 8 X # one\n"
		    "two\n"
		    "\n"
		    " three\n"
		    " s 0|8@1+ (1,0) # \n"
		    "\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "statements within",
		HEAD
		    "CM_ BO_ 1 \"see\n"
		    "BO_ 2 B: 8 X\n"
		    " SG_ u : 0|8@1+ (1,0) [0|0] \\\"V\\\" X\n"
		    "VAL_ 2 u 0 \\\"off\\\";\n"
		    "end\";\n"
		    "CM_ SG_ 1 s \"// no /* comment */ ; BO_ 3 C: 8 X\";\n",
		"1 A 8 X # see\n"
		    "BO_ 2 B: 8 X\n"
		    " SG_ u : 0|8@1+ (1,0) [0|0] \"V\" X\n"
		    "VAL_ 2 u 0 \"off\";\n"
		    "end\n"
		    " s 0|8@1+ (1,0) # // no /* comment */ ; BO_ 3 C: 8 X\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "quotes within",
		HEAD
		    "CM_ BO_ 1 \"say \\\"hi\\\" now\";\n"
		    "CM_ SG_ 1 s \"say \"hi\" now\";\n"
		    "CM_ SG_ 1 t \"say \"\"hi\"\"\";\n",
		"5:18 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "6:18 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "1 A 8 X # say \"hi\" now\n"
		    " s 0|8@1+ (1,0) # say \"hi\" now\n"
		    " t 8|8@1+ (1,0) # say \"hi\"\n" },
	{ "quotes with semicolons",
		HEAD
		    "CM_ BO_ 1 \"either \"a\"; or \"b\"; \";\n"
		    "CM_ SG_ 1 s \"a\"; rubbish\n"
		    "CM_ SG_ 1 t \"b\";CM_ SG_ 1 s \"c\"; // \"d\"\n",
		"4:19 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "5:18 expected a statement such as BO_ or VAL_, found 'rubbish': skipped up to the "
		    "next one\n"
		    "1 A 8 X # either \"a\"; or \"b\"; \n"
		    " s 0|8@1+ (1,0) # c\n"
		    " t 8|8@1+ (1,0) # b\n" },
	{ "quotes within several lines",
		HEAD
		    "CM_ BO_ 1 \"0 = \"off\"\n"
		    "1 = \"on\"\n"
		    "2 = \"err\"\";\n"
		    "CM_ SG_ 1 s \"signal\";\n",
		"4:16 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "1 A 8 X # 0 = \"off\"\n"
		    "1 = \"on\"\n"
		    "2 = \"err\"\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "backslashes",
		HEAD
		    "CM_ BO_ 1 \"C:\\dir\\x\";\n"
		    "CM_ SG_ 1 s \"C:\\\\\";\n"
		    "CM_ SG_ 1 t \"C:\\\";\n"
		    "VAL_ 1 s 0 \"a\\\\\\\"b\";\n",
		"6:13 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "1 A 8 X # C:\\dir\\x\n"
		    " s 0|8@1+ (1,0) 0=a\\\\\"b # C:\\\\\n"
		    " t 8|8@1+ (1,0) # C:\\\n" },
	{ "no closing quote",
		HEAD
		    "CM_ BO_ 1 \"open;\n"
		    "CM_ SG_ 1 s \"signal\";\n"
		    "CM_ SG_ 1 t \"open\n"
		    "VAL_ 1 s 0 \"off\";\n",
		"4:11 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "6:13 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "1 A 8 X # open\n"
		    " s 0|8@1+ (1,0) 0=off # signal\n"
		    " t 8|8@1+ (1,0) # open\n" },
	{ "no closing quote before signals",
		"BO_ 1 A: 8 X\n"
		    "CM_ BO_ 1 \"open\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"2:11 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "3:2 expected BO_ before a signal, found another statement: taken as a signal of the "
		    "last message\n"
		    "1 A 8 X # open\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "no closing quote at the end",
		HEAD
		    "CM_ BO_ 1 \"open\n"
		    "and more",
		"4:11 expected '\"' at the end of the text, found the end of the file: ended before "
		    "it\n"
		    "1 A 8 X # open\n"
		    "and more\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "one quote too many",
		HEAD
		    "CM_ BO_ 1 \"closed\"\";\n"
		    "CM_ SG_ 1 s \"signal\";\n",
		"4:18 expected '\\\"' for a quote within a text, found '\"': kept as part of the "
		    "text\n"
		    "1 A 8 X # closed\"\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "comments of the file",
		"// BO_ 2 B: 8 X\n"
		    "/* BO_ 3 C: 8 X\n"
		    " */BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "CM_ /* a */ BO_ // b\n"
		    " 1 \"c\" /* d */ ; // e\n"
		    "/* open\n"
		    "CM_ SG_ 1 s \"signal\";\n",
		"8:1 expected '*/' behind a comment, found the end of the file: taken to end with "
		    "the line\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0) # signal\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "code page 1252",
		HEAD
		    "CM_ BO_ 1 \"\260C \200 \201\";\n",
		"1 A 8 X # \302\260C \342\202\254 \302\201\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "UTF-8",
		"\357\273\277BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "CM_ BO_ 1 \"\302\260C \342\202\254\";\n",
		"1 A 8 X # \302\260C \342\202\254\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "column of a line with UTF-8",
		HEAD
		    "CM_ BO_ 1 \"\302\260\302\260\" x;\n",
		"4:16 expected ';', found 'x': skipped up to the next statement\n"
		    "1 A 8 X # \302\260\302\260\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
};

static const struct dbc_case files[] = {
	{ "empty",
		"",
		"refused\n"
		    "1:1 expected a statement of a DBC file such as BO_, found the end of the file: "
		    "nothing in it is one\n" },
	{ "blank",
		" \r\n"
		    "// only a comment\n",
		"refused\n"
		    "1:2 expected a statement of a DBC file such as BO_, found the end of the file: "
		    "nothing in it is one\n" },
	{ "no DBC",
		"total 12\n"
		    "drwxr-xr-x 2 root root 4096 . ;\n"
		    "-rw-r--r-- 1 root root 12 a.dbc \"\n",
		"refused\n"
		    "1:1 expected a statement of a DBC file such as BO_, found 'total': nothing in it is "
		    "one\n" },
	{ "a version alone",
		"VERSION \"\"",
		"" },
	{ "symbols",
		"VERSION \"\"\n"
		    "NS_ :\n"
		    "\tNS_DESC_\n"
		    "\tCM_\n"
		    "\tBA_DEF_\n"
		    "\tBA_\n"
		    "\tVAL_\n"
		    "\tCAT_DEF_\n"
		    "\tCAT_\n"
		    "\tFILTER\n"
		    "\tBA_DEF_DEF_\n"
		    "\tEV_DATA_\n"
		    "\tSG_MUL_VAL_\n"
		    "\n"
		    "BS_:\n"
		    "\n"
		    "BU_: X\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		MODEL },
	{ "symbols on one line",
		"NS_: CM_ BA_DEF_ BA_ VAL_ CAT_DEF_ CAT_ FILTER BA_DEF_REL_ BA_REL_ BA_DEF_DEF_REL_ "
		    "BU_SG_REL_ BU_EV_REL_ BU_BO_REL_ SG_MUL_VAL_ BS_: BU_: BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		MODEL },
	{ "symbols without a colon",
		"NS_\n"
		    "\tCM_\n"
		    "\tVAL_\n"
		    "BS_ BU_ X Y\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1:4 expected ':', found the end of the line: taken as if it were there\n"
		    "4:9 expected a statement such as BO_ or VAL_, found 'X': skipped up to the next "
		    "one\n"
		    MODEL },
	{ "symbols without NS_",
		"CM_\n"
		    "VAL_\n"
		    "BA_DEF_\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"1:4 expected more behind the keyword, found the end of the line: skipped\n"
		    MODEL },
	{ "rates",
		"BS_: 500000 : 1,2\n"
		    "BU_:\n"
		    " X,\n"
		    " Y Z\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		MODEL },
	{ "version",
		"VERSION 1.0\n"
		    "BS_:\n"
		    "BO_ 1 A: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "VERSION \"a;\n"
		    "CM_ BO_ 1 \"c\";\n",
		"1:9 expected a text in quotes, found '1.0': left out\n"
		    "6:9 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "statements that say nothing about signals",
		HEAD
		    "EV_ v: 0 [0|1] \"\" 0 1 DUMMY_NODE_VECTOR0 X;\n"
		    "ENVVAR_DATA_ v: 4;\n"
		    "BO_TX_BU_ 1 : X,Y;\n"
		    "SIG_GROUP_ 1 g 1 : s t;\n"
		    "BA_DEF_REL_ BU_SG_REL_ \"r\" INT 0 1;\n"
		    "BA_REL_ \"r\" BU_SG_REL_ X SG_ 1 s 1;\n"
		    "BA_DEF_ SG_ \"b\" BOOL;\n"
		    "SGTYPE_ x: 1;\n"
		    "BO_TX_BU_ 1 : X\n"
		    "EV_ w: 0 \"open;\n"
		    "CM_ BO_ 1 \"c\";\n",
		"12:16 expected ';', found the end of the line: taken as if it were there\n"
		    "13:10 expected '\"' at the end of the text, found the next statement: ended before "
		    "it\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "unknown statements",
		HEAD
		    "FOO_ 1 \"a;b\" 2;\n"
		    "CM_ BO_ 1 \"c\";\n"
		    "BAR_ \"x\"\n"
		    " 1\n"
		    "\n"
		    "CM_ SG_ 1 s \"d\";\n",
		"4:1 expected a statement such as BO_ or VAL_, found 'FOO_': skipped up to the next "
		    "one\n"
		    "6:1 expected a statement such as BO_ or VAL_, found 'BAR_': skipped up to the next "
		    "one\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0) # d\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "rubbish between",
		HEAD
		    "\001\002 rubbish\n"
		    " more \" rubbish\n"
		    "CM_ BO_ 1 \"c\";;\n"
		    "CM_ SG_ 1 s \"d\";\n",
		"4:1 expected a statement such as BO_ or VAL_, found '..': skipped up to the next "
		    "one\n"
		    "6:15 expected a statement such as BO_ or VAL_, found ';': skipped up to the next "
		    "one\n"
		    "1 A 8 X # c\n"
		    " s 0|8@1+ (1,0) # d\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "a keyword damaged",
		HEAD
		    "BO 2 B: 8 X\n"
		    " SG_ u : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG v m1 : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    "xSG_ w : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"4:1 expected BO_, found 'BO': taken as if it were that\n"
		    "6:2 expected SG_, found 'SG': taken as if it were that\n"
		    "6:2 expected a multiplexor, M, for signal 'v', found none in the message: taken as "
		    "always present\n"
		    "7:1 expected SG_, found 'xSG_': taken as if it were that\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "2 B 8 X\n"
		    " u 0|8@1+ (1,0)\n"
		    " v 8|8@1+ (1,0)\n"
		    " w 8|8@1+ (1,0)\n" },
	{ "a message in rubbish",
		HEAD
		    "#BO_ 2 B: 8 X\n"
		    " SG_ u : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BO_ 3 C: 8 X\n"
		    " SG_ u : 0|8@1+ (1,0) [0|0] \"\" X\n",
		"4:1 expected a statement such as BO_ or VAL_, found '#BO_': skipped up to the next "
		    "one, and the signals of a message\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "3 C 8 X\n"
		    " u 0|8@1+ (1,0)\n" },
	{ "rubbish between signals",
		"BO_ 1 A: 8 X\n"
		    "# 12 note: 8\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "# SG_ u : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n",
		"2:1 expected a statement such as BO_ or VAL_, found '#': skipped up to the next "
		    "one\n"
		    "4:1 expected a statement such as BO_ or VAL_, found '#': skipped up to the next "
		    "one\n"
		    MODEL },
	{ "CR alone",
		"BO_ 1 A: 8 X\r SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\r SG_ t : 8|8@1+ (1,0) [0|0] \"\" "
		    "X // c\rCM_ BO_ 1 \"one\rtwo\" x;\r",
		"5:6 expected ';', found 'x': skipped up to the next statement\n"
		    "1 A 8 X # one\n"
		    "two\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "end of file of DOS",
		HEAD
		    "\032",
		MODEL },
};

static void
test_comments(void)
{
	RUN_CASES(comments);
}

static void
test_files(void)
{
	RUN_CASES(files);
}

int
main(void)
{
	TEST(test_comments);
	TEST(test_files);
	return test_end();
}
