// Nothing is declared here: what this module defines is for the linker.
#pragma once
