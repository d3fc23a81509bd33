#include "cprocess.h"

#include <sys/prctl.h>

void cprocess_keep_memory_private(void) { prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }
