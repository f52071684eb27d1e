"""Plugin protocol 6 around a `Provider`: messages in, messages out, refusals as diagnostics.

What is not here (moving between types, ephemeral resources, newer calls) gRPC answers as
unimplemented, and terraform says so.
https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin6.8.proto
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from tf.gen import tfplugin_pb2 as protocol

from emulator.providers import messages, shapes
from emulator.providers.objects import VARIABLE
from emulator.providers.provider import Provider
from emulator.providers.refusal import Refusal
from emulator.providers.schema import Schema, read
from emulator.schemas import SchemaFile

METHODS = {
    "GetMetadata": "get_metadata",
    "GetProviderSchema": "get_provider_schema",
    "GetFunctions": "get_functions",
    "CallFunction": "call_function",
    "ValidateProviderConfig": "validate_provider_config",
    "ValidateResourceConfig": "validate_resource_config",
    "ValidateDataResourceConfig": "validate_data_resource_config",
    "ConfigureProvider": "configure_provider",
    "StopProvider": "stop_provider",
    "UpgradeResourceState": "upgrade_resource_state",
    "PlanResourceChange": "plan_resource_change",
    "ApplyResourceChange": "apply_resource_change",
    "ReadResource": "read_resource",
    "ImportResourceState": "import_resource_state",
    "ReadDataSource": "read_data_source",
}
"""The calls that are answered, and by which method."""


class Servicer:
    """Answers terraform's calls: each in a method, its name in snake case."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @classmethod
    def of(cls, file: SchemaFile, environment: Mapping[str, str]) -> Servicer:
        """The servicer of the provider with this schema."""
        folder = environment.get(VARIABLE)
        provider = Provider(
            file.type,
            read(file.document()),
            shapes.of(file.address),
            Path(folder) if folder else None,
            environment,
        )
        return cls(provider)

    def service(self) -> grpc.GenericRpcHandler:
        """The calls as gRPC takes them."""

        def handler(call: str) -> grpc.RpcMethodHandler:
            pair = getattr(protocol, call)
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: self.answer(call, request),
                request_deserializer=pair.Request.FromString,
                response_serializer=pair.Response.SerializeToString,
            )

        return grpc.method_handlers_generic_handler(
            "tfplugin6.Provider", {call: handler(call) for call in METHODS}
        )

    def answer(self, call: str, request: Any) -> Any:
        """The response to one of METHODS; a refusal becomes a diagnostic in it."""
        try:
            return getattr(self, METHODS[call])(request)
        except Refusal as refusal:
            told = messages.diagnostic(refusal.summary, refusal.detail)
            response = getattr(protocol, call).Response(diagnostics=[told])
            if call == "ApplyResourceChange":
                # What fails has changed nothing that terraform knows of.
                response.new_state.CopyFrom(request.prior_state)
            return response

    def get_metadata(self, request: Any) -> Any:
        return messages.metadata(self._provider.schema)

    def get_provider_schema(self, request: Any) -> Any:
        return messages.provider_schema(self._provider.schema)

    def get_functions(self, request: Any) -> Any:
        return protocol.GetFunctions.Response()

    def call_function(self, request: Any) -> Any:
        text = f"This emulated provider has no functions, so no {request.name!r}."
        return protocol.CallFunction.Response(error=protocol.FunctionError(text=text))

    def validate_provider_config(self, request: Any) -> Any:
        return protocol.ValidateProviderConfig.Response(
            diagnostics=self._checked(self._provider.schema.provider, request.config)
        )

    def validate_resource_config(self, request: Any) -> Any:
        schema = self._provider.resource(request.type_name)
        return protocol.ValidateResourceConfig.Response(
            diagnostics=self._checked(schema, request.config)
        )

    def validate_data_resource_config(self, request: Any) -> Any:
        schema = self._provider.data_source(request.type_name)
        return protocol.ValidateDataResourceConfig.Response(
            diagnostics=self._checked(schema, request.config)
        )

    def configure_provider(self, request: Any) -> Any:
        self._provider.configure(messages.value(self._provider.schema.provider, request.config))
        return protocol.ConfigureProvider.Response()

    def stop_provider(self, request: Any) -> Any:
        self._provider.stop()
        return protocol.StopProvider.Response()

    def upgrade_resource_state(self, request: Any) -> Any:
        if request.raw_state.flatmap:
            raise Refusal(
                "State of an old terraform",
                f"The state of {request.type_name} was written by terraform 0.11 or older.",
            )
        state = self._provider.upgraded(request.type_name, request.version, request.raw_state.json)
        return protocol.UpgradeResourceState.Response(upgraded_state=messages.message(state))

    def plan_resource_change(self, request: Any) -> Any:
        schema = self._provider.resource(request.type_name)
        plan = self._provider.plan(
            request.type_name,
            messages.value(schema, request.prior_state),
            messages.value(schema, request.config),
            messages.value(schema, request.proposed_new_state),
        )
        return protocol.PlanResourceChange.Response(
            planned_state=messages.message(plan.value),
            legacy_type_system=self._provider.is_legacy(request.type_name),
            requires_replace=[messages.path((name,)) for name in plan.replacing],
        )

    def apply_resource_change(self, request: Any) -> Any:
        schema = self._provider.resource(request.type_name)
        prior = messages.value(schema, request.prior_state)
        planned = messages.value(schema, request.planned_state)
        made = self._provider.apply(request.type_name, prior, planned)
        return protocol.ApplyResourceChange.Response(
            new_state=messages.message(made),
            legacy_type_system=self._provider.is_legacy(request.type_name),
        )

    def read_resource(self, request: Any) -> Any:
        schema = self._provider.resource(request.type_name)
        now = self._provider.read(request.type_name, messages.value(schema, request.current_state))
        return protocol.ReadResource.Response(new_state=messages.message(now))

    def import_resource_state(self, request: Any) -> Any:
        found = self._provider.imported(request.type_name, request.id)
        imported = protocol.ImportResourceState.ImportedResource(
            type_name=request.type_name, state=messages.message(found)
        )
        return protocol.ImportResourceState.Response(imported_resources=[imported])

    def read_data_source(self, request: Any) -> Any:
        schema = self._provider.data_source(request.type_name)
        found = self._provider.data(request.type_name, messages.value(schema, request.config))
        return protocol.ReadDataSource.Response(state=messages.message(found))

    def _checked(self, schema: Schema, config: protocol.DynamicValue) -> list[Any]:
        problems = self._provider.problems(schema, messages.value(schema, config))
        return [messages.diagnostic(one.summary, one.detail, one.path) for one in problems]
