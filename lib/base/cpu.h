#ifndef BASE_CPU_H
#define BASE_CPU_H

/* How many processors this process may run on, at least 1. */
unsigned cpu_count(void);

#endif
