"""A strict mock of Secret Service: `/usr/bin/python3 mock_secret_service.py MODE_FILE LOG_FILE`, on the session bus.

It does what the specification says and no more, and writes every call it gets into the log, a line of JSON each. What it
does wrong on purpose stands in the mode file, which it reads again at each call:

    default          "unlocked", "locked" or "none": the default collection
    session          whether there is a collection in memory
    items_locked     items are locked though their collection is not
    plain            a plain session is opened, whatever was asked for
    prompts          the calls that offer a prompt in place of doing it: "CreateItem", "Replace", "Delete"
    prompt           what a prompt does once it is started: "never" ends, or is "dismissed"
    silent           the calls that are never answered; "*" is all of them
    delay            seconds before each answer
    die              the call at which the service ends without a word
    garble           the calls that are answered with something else than the specification says
    errors           the calls that fail
    age              how many seconds ago an item that is stored is said to have been changed

Source: https://specifications.freedesktop.org/secret-service-spec/latest/
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import dbus
import dbus.lowlevel
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

BUS_NAME = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
PREFIX = "org.freedesktop.Secret."
PROPERTIES = "org.freedesktop.DBus.Properties"
DEFAULT = f"{ROOT}/collection/login"
MEMORY = f"{ROOT}/collection/session"
HANDLED, NOT_HANDLED = 0, 1


class Refusal(Exception):
    """An error of D-Bus, by its name."""


class Service:
    """The service's objects, all in one: what a call does is told by its name."""

    def __init__(self, connection: dbus.connection.Connection, mode_file: Path, log: Path) -> None:
        self._connection = connection
        self._mode_file = mode_file
        self._log = log.open("a", buffering=1)
        self._items: dict[str, dict] = {}
        self._made = 0
        self._sessions: dict[str, str] = {}
        self._count = 0

    def note(self, **facts: object) -> None:
        self._log.write(json.dumps(facts) + "\n")

    # -- messages -------------------------------------------------------------------------------------------------

    def receive(self, connection, message) -> int:
        if message.get_type() == 4:
            self._forget_who_left(message)
            return NOT_HANDLED
        if message.get_type() != 1 or not str(message.get_path()).startswith(ROOT):
            return NOT_HANDLED
        mode = json.loads(self._mode_file.read_text())
        interface, member, path = message.get_interface(), message.get_member(), message.get_path()
        self.note(call=member, interface=interface, path=path, sender=message.get_sender())
        if member == mode.get("die"):
            os._exit(1)
        if {"*", member} & set(mode.get("silent", [])):
            return HANDLED
        try:
            signature, values = self._do(mode, message, member, path)
            if member in mode.get("garble", []):
                signature, values = "(ib)", [(7, True)]
            if member in mode.get("errors", []):
                raise Refusal("org.freedesktop.DBus.Error.Failed")
            reply = dbus.lowlevel.MethodReturnMessage(message)
            reply.append(*values, signature=signature)
        except Refusal as refusal:
            reply = dbus.lowlevel.ErrorMessage(message, str(refusal), "refused by the mock")
        except Exception as error:  # a mistake of the mock's must not look like a fault of the client's
            self.note(mistake=repr(error))
            raise
        if mode.get("delay"):
            GLib.timeout_add(int(mode["delay"] * 1000), lambda: connection.send_message(reply) and False)
        else:
            connection.send_message(reply)
        return HANDLED

    def _forget_who_left(self, message) -> None:
        if message.get_member() == "NameOwnerChanged":
            name, _, owner = message.get_args_list()
            if not owner:
                self._sessions = {path: sender for path, sender in self._sessions.items() if sender != name}

    # -- what is asked --------------------------------------------------------------------------------------------

    def _do(self, mode, message, member, path):
        arguments = message.get_args_list(byte_arrays=True)
        actions = {
            "OpenSession": self._open_session,
            "Close": self._close,
            "SearchItems": self._search,
            "ReadAlias": self._read_alias,
            "CreateItem": self._create,
            "GetSecret": self._get_secret,
            "GetSecrets": self._get_secrets,
            "SetSecret": self._set_secret,
            "Delete": self._delete,
            "Get": self._get_property,
            "GetAll": self._get_all,
            "Prompt": self._prompt,
            "Dismiss": lambda *_: ("", []),
        }
        if member not in actions:
            raise Refusal("org.freedesktop.DBus.Error.UnknownMethod")
        return actions[member](mode, message.get_sender(), path, *arguments)

    def _open_session(self, mode, sender, path, algorithm, _input):
        self.note(algorithm=str(algorithm))
        if algorithm != "plain" and not mode.get("plain"):
            # A client has to fall back to what every service knows.
            raise Refusal("org.freedesktop.DBus.Error.NotSupported")
        self._count += 1
        session = f"{ROOT}/session/s{self._count}"
        self._sessions[session] = sender
        self.note(open_sessions=len(self._sessions))
        return "vo", [dbus.String("", variant_level=1), dbus.ObjectPath(session)]

    def _close(self, mode, sender, path):
        if self._sessions.pop(path, None) is None:
            raise Refusal(PREFIX + "Error.NoSession")
        return "", []

    def _search(self, mode, sender, path, attributes):
        found = [
            name
            for name, item in self._items.items()
            if dict(attributes).items() <= item["attributes"].items()
            and (path == ROOT or name.startswith(self._real(path) + "/"))
        ]
        found = [dbus.ObjectPath(name) for name in found]
        if path != ROOT:
            return "ao", [found]
        locked = [name for name in found if self._is_item_locked(mode, name)]
        return "aoao", [[name for name in found if name not in locked], locked]

    def _read_alias(self, mode, sender, path, alias):
        there = {"default": mode["default"] != "none" and DEFAULT, "session": mode["session"] and MEMORY}
        return "o", [dbus.ObjectPath(there.get(str(alias)) or "/")]

    def _create(self, mode, sender, path, properties, secret, replace):
        collection = self._real(path)
        if self._is_collection_locked(mode, collection):
            raise Refusal(PREFIX + "Error.IsLocked")
        attributes = {str(key): str(value) for key, value in properties[PREFIX + "Item.Attributes"].items()}
        same = [n for n, i in self._items.items() if n.startswith(collection + "/") and i["attributes"] == attributes]
        offers = mode.get("prompts", [])
        if "CreateItem" in offers or (same and replace and "Replace" in offers):
            return "oo", [dbus.ObjectPath("/"), dbus.ObjectPath(f"{ROOT}/prompt/p1")]
        self._made += 1
        name = same[0] if same and replace else f"{collection}/{self._made}"
        label = str(properties[PREFIX + "Item.Label"])
        self.note(created={"collection": collection, "attributes": attributes, "label": label, "type": str(secret[3])})
        item = {"attributes": attributes, "label": label, "secret": self._opened(sender, secret)}
        self._items[name] = item | {"modified": time.time() - mode.get("age", 0)}
        return "oo", [dbus.ObjectPath(name), dbus.ObjectPath("/")]

    def _get_secret(self, mode, sender, path, session):
        if self._is_item_locked(mode, path):
            raise Refusal(PREFIX + "Error.IsLocked")
        return "(oayays)", [self._sealed(sender, session, self._item(path)["secret"])]

    def _get_secrets(self, mode, sender, path, items, session):
        open_ones = [name for name in items if not self._is_item_locked(mode, name)]
        return "a{o(oayays)}", [{name: self._sealed(sender, session, self._item(name)["secret"]) for name in open_ones}]

    def _set_secret(self, mode, sender, path, secret):
        if self._is_item_locked(mode, path):
            raise Refusal(PREFIX + "Error.IsLocked")
        self._item(path).update(secret=self._opened(sender, secret), modified=time.time())
        return "", []

    def _delete(self, mode, sender, path):
        self._item(path)
        if "Delete" in mode.get("prompts", []):
            return "o", [dbus.ObjectPath(f"{ROOT}/prompt/p2")]
        del self._items[path]
        return "o", [dbus.ObjectPath("/")]

    def _prompt(self, mode, sender, path, window):
        if mode.get("prompt") == "dismissed":
            signal = dbus.lowlevel.SignalMessage(path, PREFIX + "Prompt", "Completed")
            signal.append(True, dbus.String("", variant_level=1), signature="bv")
            self._connection.send_message(signal)
        return "", []

    def _get_property(self, mode, sender, path, interface, name):
        values = self._properties(mode, path, interface)
        if name not in values:
            raise Refusal("org.freedesktop.DBus.Error.UnknownProperty")
        return "v", [values[str(name)]]

    def _get_all(self, mode, sender, path, interface):
        return "a{sv}", [self._properties(mode, path, interface)]

    def _properties(self, mode, path, interface) -> dict:
        kind = str(interface).removeprefix(PREFIX)
        if kind == "Service" and path == ROOT:
            return {"Collections": dbus.Array([dbus.ObjectPath(DEFAULT)], signature="o", variant_level=1)}
        if kind == "Collection" and self._real(path) in (DEFAULT, MEMORY):
            return {
                "Locked": dbus.Boolean(self._is_collection_locked(mode, self._real(path)), variant_level=1),
                "Label": dbus.String("a collection", variant_level=1),
            }
        if kind == "Item":
            item = self._item(path)
            return {
                "Locked": dbus.Boolean(self._is_item_locked(mode, path), variant_level=1),
                "Attributes": dbus.Dictionary(item["attributes"], signature="ss", variant_level=1),
                "Label": dbus.String(item["label"], variant_level=1),
                "Modified": dbus.UInt64(int(item["modified"]), variant_level=1),
            }
        raise Refusal("org.freedesktop.DBus.Error.UnknownObject")

    # -- what there is --------------------------------------------------------------------------------------------

    def _item(self, path) -> dict:
        if path not in self._items:
            raise Refusal(PREFIX + "Error.NoSuchObject")
        return self._items[path]

    @staticmethod
    def _real(path) -> str:
        return {f"{ROOT}/aliases/default": DEFAULT, f"{ROOT}/aliases/session": MEMORY}.get(str(path), str(path))

    @staticmethod
    def _is_collection_locked(mode, path) -> bool:
        return path == DEFAULT and mode["default"] != "unlocked"

    def _is_item_locked(self, mode, path) -> bool:
        return bool(mode.get("items_locked")) or self._is_collection_locked(mode, str(path).rsplit("/", 1)[0])

    def _opened(self, sender, secret) -> bytes:
        session, _, value, _ = secret
        self._check(sender, session)
        return bytes(value)

    def _sealed(self, sender, session, value: bytes):
        self._check(sender, session)
        return (dbus.ObjectPath(session), dbus.ByteArray(b""), dbus.ByteArray(value), "text/plain")

    def _check(self, sender, session) -> None:
        if self._sessions.get(str(session)) != sender:
            raise Refusal(PREFIX + "Error.NoSession")


def main() -> None:
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    service = Service(bus, Path(sys.argv[1]), Path(sys.argv[2]))
    bus.add_match_string("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'")
    bus.add_message_filter(service.receive)
    bus.request_name(BUS_NAME, dbus.bus.NAME_FLAG_DO_NOT_QUEUE)
    service.note(ready=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
