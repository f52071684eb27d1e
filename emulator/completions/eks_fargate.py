"""Fargate profiles: https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html"""

from __future__ import annotations

from emulator.completions.eks_store import (
    Shape,
    Store,
    in_use,
    new_id,
    not_found,
    now,
    page,
)


def create(store: Store, name: str, body: Shape) -> Shape:
    """CreateFargateProfile."""
    parts, profile = store.parts(name), body["fargateProfileName"]
    if profile in parts.profiles:
        raise in_use(f"A Fargate Profile already exists with this name: {profile}")
    shape = {
        "fargateProfileName": profile,
        "fargateProfileArn": store.arn("fargateprofile", name, profile, new_id()),
        "clusterName": name,
        "createdAt": now(),
        "podExecutionRoleArn": body["podExecutionRoleArn"],
        "subnets": body.get("subnets", []),
        "selectors": body.get("selectors", []),
        "status": "ACTIVE",
        "tags": body.get("tags", {}),
        "health": {"issues": []},
    }
    parts.profiles[profile] = shape
    return {"fargateProfile": shape}


def list_(store: Store, name: str, body: Shape) -> Shape:
    """ListFargateProfiles."""
    return page(body, "fargateProfileNames", sorted(store.parts(name).profiles))


def describe(store: Store, name: str, profile: str, body: Shape) -> Shape:
    """DescribeFargateProfile."""
    return {"fargateProfile": _profile(store, name, profile)}


def delete(store: Store, name: str, profile: str, body: Shape) -> Shape:
    """DeleteFargateProfile."""
    shape = _profile(store, name, profile)
    del store.parts(name).profiles[profile]
    return {"fargateProfile": {**shape, "status": "DELETING"}}


def _profile(store: Store, name: str, profile: str) -> Shape:
    profiles = store.parts(name).profiles
    if profile not in profiles:
        raise not_found(f"No Fargate Profile found with name: {profile}.", clusterName=name)
    return profiles[profile]
