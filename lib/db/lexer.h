#ifndef DB_LEXER_H
#define DB_LEXER_H

#include <stdbool.h>
#include <stdint.h>

#include "db/diag.h"

/*
 * The words of a DBC file. Every function takes what it names from the place p, or leaves p alone
 * and says no. The lexer also knows where a statement begins, because that is what everything
 * damaged is recovered at.
 */

enum lex_keyword {
	KW_NONE,
	KW_VERSION, KW_NS, KW_BS, KW_BU, KW_VAL_TABLE, KW_BO, KW_SG, KW_CM, KW_BA_DEF,
	KW_BA_DEF_DEF, KW_BA, KW_VAL, KW_SIG_VALTYPE, KW_SG_MUL_VAL,
	KW_OTHER,		/* statements that say nothing about decoding */
	KW_COUNT,
};

/* What characters are. */
enum lex_kind {
	LEX_BLANK = 1, LEX_EOL = 2, LEX_WORD = 4, LEX_DIGIT = 8, LEX_ENDS_NAME = 16,
	LEX_ENDS_NUMBER = 32,
	LEX_QUOTES = 64,	/* what means something within a text in quotes */
	LEX_KEYWORD = 128,	/* what keywords begin with */
};
extern const unsigned char lex_kind[256];

/*
 * What may stand behind a text. A quote that is followed by anything else belongs to the text,
 * because many programs write quotes into comments as they are.
 */
enum lex_follow {
	FOLLOW_ANY,
	FOLLOW_END,		/* the end of the statement */
	FOLLOW_LABEL,		/* that, or the number of the next label */
	FOLLOW_UNIT,		/* receivers on the same line */
	FOLLOW_COUNT,
};

struct lexer {
	const char *p, *end, *text;
	const char *gap, *gap_end;	/* the last blanks and comments that were skipped */
	struct diag *diag;
	bool cut;		/* the last text had no end, and the statement ended with it */
	bool quiet;		/* no diagnostics */
	bool open_comment;	/* no end of a comment is ahead */
	const char *barren[FOLLOW_COUNT];	/* no quote that ends a text is before this place */
};

void lex_init(struct lexer *l, struct span text, struct diag *diag);
static inline size_t
lex_at(const struct lexer *l)
{
	return (size_t)(l->p - l->text);
}
/* Blanks, ends of lines and comments. */
void lex_skip(struct lexer *l);
/* Blanks and comments on the line. */
void lex_skip_blank(struct lexer *l);
/* After blanks: the character that is next, '\n' at the end of a line or the text. */
char lex_peek(struct lexer *l);
/* True where nothing more of a statement comes: the text ends, or the next line begins another. */
bool lex_breaks_off(struct lexer *l);
/* After blanks, ends of lines and comments: one character. */
bool lex_char(struct lexer *l, char c);
/* After the same: a decimal number below 2^64. */
bool lex_uint(struct lexer *l, uint64_t *v);
/* After the same: anything up to a blank or one of : ; , " */
bool lex_name(struct lexer *l, struct span *name);
/* After the same: anything up to a blank or one of , ; | ) ] " */
bool lex_number(struct lexer *l, struct span *number);
/* Letters, digits and '_' that are right here, perhaps none. Takes nothing. */
struct span lex_word(const struct lexer *l);
/* True for what starts as a number does. */
bool lex_is_number(struct span s);

/*
 * After the same: a text in quotes, without them, \" and "" as one quote and CR LF as LF.
 * A text without an end ends before the next line that begins a statement.
 */
bool lex_string(struct lexer *l, enum lex_follow follow, struct span *text);

/*
 * The keyword that a statement begins with here, in its usual form ("BO_ 12", "CM_ SG_", "BU_:"),
 * KW_NONE for anything else. Takes nothing.
 */
enum lex_keyword lex_statement(const struct lexer *l, const char *p);
/* The same for a keyword whatever stands behind it. */
enum lex_keyword lex_keyword_at(const struct lexer *l, const char *p);
/* A keyword, also one without a blank behind it ("VAL_257"). */
enum lex_keyword lex_keyword(struct lexer *l);
/* SG_, BO_, BU_, EV_ behind CM_ and BA_: which one is next, 0 for none. */
enum lex_object { OBJECT_NONE, OBJECT_NODE, OBJECT_MESSAGE, OBJECT_SIGNAL, OBJECT_ENVVAR };
enum lex_object lex_object(struct lexer *l);

/* To behind the next ';', or before a line that begins a statement; true for the first. */
bool lex_pass(struct lexer *l);
/* The same for what is damaged: texts without an end are not worth a second diagnostic. */
void lex_resync(struct lexer *l);
/* To the end of the line. */
void lex_resync_line(struct lexer *l);

/*
 * "expected WHAT, found ...: DONE", about what is next; the end of a line where the next statement
 * begins in a later one.
 */
void lex_expected(struct lexer *l, const char *what, const char *done, ...)
    __attribute__((format(printf, 3, 4)));

#endif
