#!/usr/bin/env python3
"""Prints the manual page, made from what the program says of its own commands.

usage: manual.py PROGRAM >codeartifact-keyring.1
"""

import json
import subprocess
import sys

# What no command's help says: how it is called by others, and what it reads.
ENVIRONMENT = [
    (
        "CODEARTIFACT_KEYRING_PROFILE",
        "The AWS profile to sign in with. Takes precedence over config.toml and AWS_PROFILE.",
    ),
    (
        "CODEARTIFACT_KEYRING_DURATION",
        "The lifetime of a new token: 15m to 12h, or session.",
    ),
    (
        "CODEARTIFACT_KEYRING_STORE",
        "Where tokens are cached: auto, secret-service, kernel, file or none.",
    ),
    ("CODEARTIFACT_KEYRING_PROVIDER", "How tokens are requested from AWS: native, or aws-cli."),
    (
        "CODEARTIFACT_KEYRING_DEBUG",
        "1 prints each step on standard error, without secrets.",
    ),
    (
        "CODEARTIFACT_TOKEN_<DOMAIN>, CODEARTIFACT_TOKEN, CODEARTIFACT_AUTH_TOKEN",
        "A token that takes precedence over cached ones and AWS; with _FILE added to the name, the file with it.",
    ),
    (
        "AWS_PROFILE, AWS_CONFIG_FILE, HTTPS_PROXY and the like",
        "Have the same meaning as for the AWS CLI.",
    ),
]
FILES = [
    (
        "~/.config/codeartifact-keyring/config.toml",
        "Profiles and roles for some domains, and other settings.",
    ),
    ("~/.aws/config, ~/.aws/credentials", "The profiles of the AWS CLI."),
]
# How a paragraph of a command's help begins that lists its exit codes.
EXIT_CODES = "Exit codes: "


def main():
    """Reads the commands from the program and writes the page."""
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip().splitlines()[-1])
    program = sys.argv[1]
    version = run(program, "--version").strip()
    root = json.loads(run(program, "--experimental-dump-help"))["command"]
    name = root["commandName"]
    lines = [
        f'.TH {name.upper()} 1 "" "{escaped(name)} {escaped(version.split()[0])}" "User Commands"',
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(root['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
    ]
    commands = [command for command in root["subcommands"] if shown(command) and command["commandName"] != "help"]
    for command in commands:
        lines += [synopsis(name, command), ".br"]
    lines += [
        f".B keyring\n{escaped('get|set|del SERVICE USERNAME')}",
        ".SH DESCRIPTION",
        *paragraphs(root, without=EXIT_CODES),
    ]
    lines += [
        ".PP",
        escaped(
            "Called as keyring, it works as Python's keyring command does: it answers for CodeArtifact's services, and"
        )
        + " "
        + escaped("passes every other service on to the next keyring on PATH, or to the Secret Service."),
        ".SH COMMANDS",
    ]
    for command in commands:
        lines += section(name, command)
    for title, entries in (
        ("ENVIRONMENT", ENVIRONMENT),
        ("FILES", FILES),
        ("EXIT STATUS", exit_codes(root)),
    ):
        lines.append(f".SH {title}")
        for term, text in entries:
            lines += [".TP", f".B {escaped(term)}", escaped(text)]
    print("\n".join(lines))


def run(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def shown(item):
    """Whether the program shows an item in its own help."""
    return item.get("shouldDisplay", True)


def options(command):
    """A command's own arguments, without those that every command has."""
    every = {"help", "version"}
    return [one for one in command.get("arguments", []) if shown(one) and one.get("valueName") not in every]


def section(name, command):
    """A command's part of the page."""
    lines = [
        f".SS {escaped(command['commandName'])}",
        synopsis(name, command),
        ".PP",
        *paragraphs(command),
    ]
    for option in options(command):
        if text := option.get("abstract"):
            lines += [".TP", f".B {escaped(spelling(option))}", escaped(text)]
    for below in filter(shown, command.get("subcommands", [])):
        lines += section(f"{name} {command['commandName']}", below)
    return lines


def synopsis(name, command):
    """How a command is called, in one line."""
    words = [usage(option) for option in options(command)]
    return f".B {escaped(name + ' ' + command['commandName'])}\n{escaped(' '.join(words))}".rstrip()


def usage(option):
    """An option as a synopsis has it: in brackets where it can be left out, with dots where it can be repeated."""
    text = spelling(option) + (" ..." if option["isRepeating"] else "")
    return f"[{text}]" if option["isOptional"] else text


def spelling(option):
    """An option's names with its value, or the value's name alone."""
    value = f"<{option['valueName']}>"
    names = [("-" if one["kind"] == "short" else "--") + one["name"] for one in option.get("names", [])]
    if not names:
        return value
    return ", ".join(names) + ("" if option["kind"] == "flag" else f" {value}")


def exit_codes(command):
    """The exit codes in a command's help, each with what it means."""
    for paragraph in command["discussion"].split("\n\n"):
        if paragraph.startswith(EXIT_CODES):
            codes = " ".join(paragraph.removeprefix(EXIT_CODES).split()).rstrip(".").split("; ")
            return [(code, f"{text[:1].upper()}{text[1:]}.") for code, text in (one.split(" ", 1) for one in codes)]
    return []


def paragraphs(command, without=None):
    """What a command says of itself. Examples stand as they are; the word before a list of codes or members is bold."""
    lines = [escaped(command["abstract"])]
    for paragraph in command.get("discussion", "").split("\n\n"):
        if not paragraph.strip() or (without and paragraph.startswith(without)):
            continue
        if "Example" in paragraph or "\n  " in paragraph:
            lines += [".PP", ".nf", *map(escaped, paragraph.splitlines()), ".fi"]
            continue
        text = " ".join(paragraph.split())
        lines.append(".PP")
        for title in (EXIT_CODES, "JSON: "):
            if text.startswith(title):
                lines.append(f".B {escaped(title.strip())}")
                text = text.removeprefix(title)
        lines.append(escaped(text))
    return lines


def escaped(text):
    """Text as roff shows it unchanged."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in (".", "'") else text


if __name__ == "__main__":
    main()
