#include "dbc_case.h"

/* Attributes: J1939, cycle times, long names. */

static const struct dbc_case frame_formats[] = {
	{ "number in the list",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM "
		    "\"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 3;\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 1;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "another list",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_  \"VFrameFormat\" ENUM  "
		    "\"StandardCAN\",\"ExtendedCAN\",\"StandardCAN_FD\",\"ExtendedCAN_FD\",\"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 4;\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 3;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "the list behind the values",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 4;\n"
		    "BA_DEF_ BO_  \"VFrameFormat\" ENUM  "
		    "\"StandardCAN\",\"ExtendedCAN\",\"StandardCAN_FD\",\"ExtendedCAN_FD\",\"J1939PG\";\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "text",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_  \"VFrameFormat\" ENUM  "
		    "\"StandardCAN\",\"ExtendedCAN\",\"StandardCAN_FD\",\"ExtendedCAN_FD\",\"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 \"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 \"ExtendedCAN\";\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "no definition",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 3;\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 4;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "an integer",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" INT 0 10;\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 3;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "a list without it",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM \"StandardCAN\",\"a\",\"b\",\"c\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 3;\n",
		"1x E 8 X\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "the default",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM "
		    "\"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n"
		    "BA_DEF_DEF_ \"VFrameFormat\" \"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 1;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "the default as a number",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM "
		    "\"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n"
		    "BA_DEF_DEF_ \"VFrameFormat\" 3;\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483650 1;\n",
		"1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "standard ids never",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM "
		    "\"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 3 3;\n",
		"1x E 8 X\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
	{ "list without commas",
		"BO_ 2147483649 E: 8 X\n"
		    "BO_ 2147483650 F: 8 X\n"
		    "BO_ 3 G: 8 X\n"
		    "BA_DEF_ BO_ \"VFrameFormat\" ENUM \"StandardCAN\" \"J1939PG\";\n"
		    "BA_ \"VFrameFormat\" BO_ 2147483649 1;\n",
		"4:47 expected ',', found '\"': taken as if it were there\n"
		    "1x E 8 X j1939\n"
		    "2x F 8 X\n"
		    "3 G 8 X\n" },
};

static const struct dbc_case attributes[] = {
	{ "cycle time",
		HEAD
		    "BO_ 2 B: 8 X\n"
		    "BO_ 3 C: 8 X\n"
		    "BO_ 4 D: 8 X\n"
		    "BA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 65535;\n"
		    "BA_DEF_DEF_ \"GenMsgCycleTime\" 100;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 1 20;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 2 0;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 3 12.5;\n",
		"1 A 8 X 20 ms\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "2 B 8 X\n"
		    "3 C 8 X 13 ms\n"
		    "4 D 8 X 100 ms\n" },
	{ "cycle times that are none",
		HEAD
		    "BO_ 2 B: 8 X\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 1 -5;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 2 \"fast\";\n",
		"6:27 expected a number as GenMsgCycleTime, found 'fast': taken as none\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "2 B 8 X\n" },
	{ "of something else",
		HEAD
		    "BA_ \"GenMsgCycleTime\" 5;\n"
		    "BA_ \"GenMsgCycleTime\" BU_ X 5;\n"
		    "BA_ \"GenMsgCycleTime\" SG_ 1 s 5;\n"
		    "BA_ \"VFrameFormat\" EV_ v 3;\n"
		    "BA_ \"SystemNodeLongSymbol\" BO_ 1 \"no\";\n",
		MODEL },
	{ "no such thing",
		HEAD
		    "BA_ \"GenMsgCycleTime\" BO_ 2 5;\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 u \"Long\";\n"
		    "BA_ \"Other\" BO_ 2 5;\n",
		"4:27 expected the id of a message in the file, found 2: attribute left out\n"
		    "5:36 expected a signal of message 'A', found 'u': long name left out\n"
		    MODEL },
	{ "not readable",
		HEAD
		    "BA_ GenMsgCycleTime BO_ 1 5;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ x 5;\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 ;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 1 ;\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 1\n"
		    "BA_DEF_DEF_ \"GenMsgCycleTime\"\n"
		    "BA_ \"GenMsgCycleTime\" BO_ 1 5",
		"4:5 expected the name of an attribute in quotes, found 'GenMsgCycleTime': attribute "
		    "left out\n"
		    "5:27 expected the id of a message, found 'x': attribute left out\n"
		    "6:36 expected the name of a signal, found ';': attribute left out\n"
		    "7:29 expected a value, found ';': attribute left out\n"
		    "8:28 expected a value, found the end of the line: attribute left out\n"
		    "9:30 expected a value, found the end of the line: attribute left out\n"
		    "10:30 expected ';', found the end of the file: taken as if it were there\n"
		    "1 A 8 X 5 ms\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "others",
		HEAD
		    "BA_DEF_ \"a\" STRING ;\n"
		    "BA_DEF_ BU_ \"b\" HEX 0 1;\n"
		    "BA_DEF_DEF_ \"a\" \"x;y\";\n"
		    "BA_ \"a\" \"z\";\n"
		    "BA_ \"c\" SG_ 1 s \"t\n"
		    "u\";\n"
		    "BA_ \"a\" \"q\" BO_ 9 Z: 8 X;\n",
		"10:13 expected ';', found 'BO_': taken as if it were there\n"
		    "10:25 expected a statement such as BO_ or VAL_, found ';': skipped up to the next "
		    "one\n"
		    "1 A 8 X\n"
		    " s 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "9 Z 8 X\n" },
	{ "long names",
		HEAD
		    "BA_ \"SystemMessageLongSymbol\" BO_ 1 \"LongMessage\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"LongSignal\";\n"
		    "BA_ \"SystemNodeLongSymbol\" BU_ X \"LongNode\";\n"
		    "CM_ SG_ 1 s \"c\";\n"
		    "VAL_ 1 s 0 \"off\";\n"
		    "CM_ BO_ 1 \"m\";\n",
		"1 LongMessage 8 LongNode # m\n"
		    " LongSignal 0|8@1+ (1,0) 0=off # c\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "long names that are empty",
		HEAD
		    "BA_ \"SystemMessageLongSymbol\" BO_ 1 \"\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"\";\n"
		    "BA_ \"SystemNodeLongSymbol\" BU_ X \"\";\n",
		MODEL },
	{ "a long name twice",
		HEAD
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"Long\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 t \"Long\";\n",
		"3:2 expected a long name that is used once in a message, found 'Long' again: this "
		    "signal is called 't'\n"
		    "1 A 8 X\n"
		    " Long 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n" },
	{ "a long name that another has as its short one",
		HEAD
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"t\";\n",
		"2:2 expected a long name that is used once in a message, found 't' again: this "
		    "signal is called 's'\n"
		    MODEL },
	{ "names that change places",
		HEAD
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"t\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 t \"s\";\n",
		"1 A 8 X\n"
		    " t 0|8@1+ (1,0)\n"
		    " s 8|8@1+ (1,0)\n" },
	{ "both names taken",
		"BO_ 1 A: 8 X\n"
		    " SG_ a : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ b : 8|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    " SG_ c_2 : 16|8@1+ (1,0) [0|0] \"\" X\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 a \"c\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 b \"L\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 c \"L\";\n",
		"4:2 expected a long name that is used once in a message, found 'L' again: this "
		    "signal is called 'c_3'\n"
		    "1 A 8 X\n"
		    " c 0|8@1+ (1,0)\n"
		    " L 8|8@1+ (1,0)\n"
		    " c_3 16|8@1+ (1,0)\n"
		    " c_2 16|8@1+ (1,0)\n" },
	{ "long names of two messages",
		HEAD
		    "BO_ 2 B: 8 X\n"
		    " SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n"
		    "BA_ \"SystemMessageLongSymbol\" BO_ 1 \"Same\";\n"
		    "BA_ \"SystemMessageLongSymbol\" BO_ 2 \"Same\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 1 s \"Long\";\n"
		    "BA_ \"SystemSignalLongSymbol\" SG_ 2 s \"Long\";\n",
		"1 Same 8 X\n"
		    " Long 0|8@1+ (1,0)\n"
		    " t 8|8@1+ (1,0)\n"
		    "2 Same 8 X\n"
		    " Long 0|8@1+ (1,0)\n" },
};

static void
test_frame_formats(void)
{
	RUN_CASES(frame_formats);
}

static void
test_attributes(void)
{
	RUN_CASES(attributes);
}

int
main(void)
{
	TEST(test_frame_formats);
	TEST(test_attributes);
	return test_end();
}
