// What a process says about itself through prctl(2), which Swift cannot call: it takes any number of arguments.
#pragma once

/// From now on the kernel writes no core dump of this process, and lets no other process of the user look into it.
/// A program that takes the process over, or that it starts, is not concerned.
void cprocess_keep_memory_private(void);
