"""The shells that users have, and what a command that they are told makes of PATH."""

from __future__ import annotations

from .home import Home

# Each with the file that it reads first when somebody sits before it; None where the command is for this session alone.
SHELLS = {"bash": ".bashrc", "zsh": ".zshrc", "fish": None, "dash": None}


def path_after(home: Home, shell: str, command: str) -> list[str]:
    """PATH in the shell after somebody has typed the command; where it writes to a file, in the next one."""
    shown = "string join : $PATH" if shell == "fish" else 'echo "$PATH"'
    if SHELLS[shell]:
        home.run(shell, "-c", command).ok()
        command = f". ~/{SHELLS[shell]}"
    return home.run(shell, "-c", f"{command}\n{shown}").ok().stdout.strip().split(":")
