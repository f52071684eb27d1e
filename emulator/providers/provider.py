"""One provider at work: what it does with values, without the protocol around it.

Called by the servicer, by several threads at once; what it keeps is its configuration, and the
objects in their folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.providers import planning
from emulator.providers.checking import Fault, faults
from emulator.providers.computed import Maker
from emulator.providers.faults import Faults
from emulator.providers.lookup import Lookup, searched, shared
from emulator.providers.objects import Server
from emulator.providers.planning import Plan
from emulator.providers.recorder import Recorder
from emulator.providers.refusal import Refusal
from emulator.providers.schema import ProviderSchema, Schema
from emulator.providers.shapes.table import Shapes
from emulator.providers.values import Value, from_json, has_unknown, loads


class Provider:
    """A provider with its schema and tables; `folder` holds its objects, if they are recorded."""

    def __init__(
        self,
        name: str,
        schema: ProviderSchema,
        shapes: Shapes,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.schema = schema
        self._shapes = shapes
        self._folder = folder
        self._environment = environment or {}
        self._faults = Faults("", "", None)
        self._configuration: Mapping[str, Value] = {}
        self._reachable = True
        self._server_name = name
        self._recorder = Recorder(None, name, shapes)

    def problems(self, schema: Schema, config: Value) -> Iterator[Fault]:
        """What is wrong in a configuration, as far as the schema says it."""
        return faults(schema.object, config)

    def configure(self, config: Value) -> None:
        """Takes the provider's configuration. Raises Refusal for rules of faults that are wrong."""
        self._faults = Faults.of(self._environment, self._folder)
        self._faults.before(self.name, "configure", {})
        self._configuration = config
        said = self._shapes.server_of(config)
        # While a plan is made, an address may be known after apply only.
        self._reachable = not has_unknown(said)
        self._server_name = "".join(str(one) for one in said if one) or self.name
        server = None
        if self._folder and self._reachable:
            server = Server.of(self._folder, self.name, self._server_name)
        self._recorder = Recorder(server, self._server_name, self._shapes)

    def stop(self) -> None:
        """Ends waiting calls: the user has asked terraform to stop."""
        self._faults.stop()

    def resource(self, type_: str) -> Schema:
        """The schema of a resource type. Raises Refusal for one that the provider has not."""
        return _known(self.schema.resources, type_, "resource type")

    def data_source(self, type_: str) -> Schema:
        """The schema of a data source. Raises Refusal for one that the provider has not."""
        return _known(self.schema.data_sources, type_, "data source")

    def is_legacy(self, type_: str) -> bool:
        """Whether terraform must let blocks pass that nobody has configured."""
        return bool(self._shapes.filled_blocks(type_))

    def plan(self, type_: str, prior: Value, config: Value, proposed: Value) -> Plan:
        """The planned object; None where it is to be destroyed."""
        schema = self.resource(type_)
        self._faults.before(type_, "plan", proposed or prior)
        if proposed is None:
            return Plan(None, [])
        return planning.plan(
            type_,
            schema.object,
            prior=prior,
            config=config,
            proposed=proposed,
            shapes=self._shapes,
        )

    def apply(self, type_: str, prior: Value, planned: Value) -> Value:
        """Creates, changes or deletes the object; returns it as it is now."""
        schema = self.resource(type_)
        action = "delete" if planned is None else "create" if prior is None else "update"
        self._faults.before(type_, action, planned or prior)
        if action == "delete":
            made = None
            self._recorder.delete(type_, prior)
        elif action == "create":
            made = self._recorder.create(
                type_,
                schema.object,
                lambda number: self._maker(type_, schema, None, number).filled(planned),
            )
        else:
            made = self._maker(type_, schema, prior).filled(planned)
            self._recorder.update(type_, schema.object, made)
        self._faults.after(type_, action, planned or prior)
        return made

    def read(self, type_: str, current: Value) -> Value:
        """The object as it is on the server; None if it is gone."""
        schema = self.resource(type_)
        self._faults.before(type_, "read", current)
        return self._recorder.read(type_, schema.object, current)

    def imported(self, type_: str, id_: str) -> Value:
        """An object that is recorded. Raises Refusal if there is none, or more than one."""
        schema = self.resource(type_)
        if not self._recorder.server:
            raise Refusal(
                "Nothing to import from",
                "An emulated provider knows objects only where GROUNDPLAN_EMULATED_OBJECTS names "
                "a folder for them and its configuration is known.",
            )
        record = Lookup(self._recorder.server).by_import_id(type_, id_)
        return from_json(schema.object.type, record)

    def data(self, type_: str, config: Value) -> Value:
        """What a data source finds: a recorded object, or one that the server has built in."""
        schema = self.data_source(type_)
        self._faults.before(f"data.{type_}", "read", config)
        if not self._reachable:
            raise Refusal(
                "The server is not known yet",
                f"{type_} is to be read while the provider's configuration is known after apply "
                "only. Deploy what it depends on first.",
            )
        proposed = config
        if self._recorder.server and type_ in self.schema.resources:
            recorded = self.schema.resources[type_].object
            found = Lookup(self._recorder.server).by_values(type_, searched(recorded, config))
            if found:
                proposed = config | shared(recorded, schema.object, config, found)
            elif not self._shapes.built_in(type_, config):
                raise Refusal("Not found", f"There is no {type_} as the data source describes it.")
        marked = planning.plan(
            f"data.{type_}",
            schema.object,
            prior=None,
            config=config,
            proposed=proposed,
            shapes=self._shapes,
        )
        return self._maker(f"data.{type_}", schema, None).filled(marked.value)

    def upgraded(self, type_: str, version: int, state: bytes) -> Value:
        """A state as the schema has it now. Raises Refusal for one of an older version."""
        schema = self.resource(type_)
        if version != schema.version:
            raise Refusal(
                "State of another version",
                f"The state of {type_} has version {version}, the schema {schema.version}. How "
                "to get from one to the other is not in the schema; only the real provider knows.",
            )
        return from_json(schema.object.type, loads(state))

    def _maker(self, type_: str, schema: Schema, prior: Value, attempt: int = 0) -> Maker:
        return Maker(
            type_,
            schema.object,
            self._shapes,
            server=f"{self.name} {self._server_name}",
            configuration=self._configuration,
            prior=prior,
            find=self._recorder.find,
            every=self._recorder.every,
            attempt=attempt,
        )


def _known(schemas: Mapping[str, Schema], type_: str, kind: str) -> Schema:
    if type_ not in schemas:
        raise Refusal(
            f"Unknown {kind}",
            f"The schema of this emulated provider has no {kind} {type_!r}. If the real provider "
            "has it, add it: docs/emulator.md says how.",
        )
    return schemas[type_]
