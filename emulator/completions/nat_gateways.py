"""NAT gateways: the network interface that AWS makes for one goes with it. moto keeps it."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend


def complete() -> None:
    """Deletes the interface together with the gateway."""
    stock = EC2Backend.delete_nat_gateway

    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        gateway = stock(self, nat_gateway_id)
        for address in gateway.address_set:
            self.enis.pop(address.get("NetworkInterfaceId"), None)
        interface = getattr(gateway, "_eni", None)
        if interface is not None:
            self.enis.pop(interface.id, None)
        return gateway

    EC2Backend.delete_nat_gateway = delete_nat_gateway  # type: ignore[method-assign]
