"""The shells complete commands and options, from the files that install.sh installs."""

from __future__ import annotations

import pytest
from harness.terminal import Terminal

FILES = {
    "bash": "share/bash-completion/completions/codeartifact-keyring",
    "zsh": "share/zsh/site-functions/_codeartifact-keyring",
    "fish": "share/fish/vendor_completions.d/codeartifact-keyring.fish",
}
# What is typed, and what is among the completions.
TYPED = {
    "codeartifact-keyring tok": "token",
    "codeartifact-keyring log": "login",
    "codeartifact-keyring login --prof": "--profile",
    "codeartifact-keyring token --ref": "--refresh",
}


@pytest.mark.parametrize("shell", FILES)
def test_the_script_is_what_the_program_says(home, installed, shell):
    script = (installed.prefix / FILES[shell]).read_text()
    said = home.run(installed.program, "--generate-completion-script", shell).ok().stdout
    # bash's is read by a running shell, not started.
    assert script == said.removeprefix("#!/bin/bash\n")
    home.run(shell, "-n", installed.prefix / FILES[shell]).ok()


@pytest.mark.parametrize("typed", TYPED)
def test_bash(home, installed, typed):
    words = typed.split()
    script = (
        f"source '{installed.prefix / FILES['bash']}'\n"
        f"COMP_LINE='{typed}' COMP_POINT={len(typed)} COMP_WORDS=({typed}) COMP_CWORD={len(words) - 1}\n"
        f"_codeartifact-keyring codeartifact-keyring '{words[-1]}' '{words[-2]}'\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    result = home.run("bash", "--norc", "-c", script).ok()
    assert TYPED[typed] in [line.strip() for line in result.stdout.splitlines()]
    assert result.stderr == ""


@pytest.mark.parametrize("typed", TYPED)
def test_zsh(home, installed, typed):
    """In an interactive shell, since nothing else completes."""
    home.env |= {"TERM": "dumb", "ZDOTDIR": str(home.directory)}
    folder = (installed.prefix / FILES["zsh"]).parent
    home.write(".zshrc", f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; PS1='ready> '\n")
    with Terminal(["zsh", "-i"], home.env, home.directory, watched=True) as terminal:
        terminal.wait_for("ready> ")
        terminal.type(f"{typed}\t")
        terminal.wait_for(TYPED[typed])


@pytest.mark.parametrize("typed", TYPED)
def test_fish(home, installed, typed):
    script = f"source '{installed.prefix / FILES['fish']}'; complete -C '{typed}'"
    result = home.run("fish", "--no-config", "-c", script).ok()
    assert TYPED[typed] in [line.split("\t")[0] for line in result.stdout.splitlines()]
