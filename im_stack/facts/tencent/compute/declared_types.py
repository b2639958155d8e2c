"""Machines, containers and parameters: types that a program declares to hold a class, or nothing."""

from im_stack.facts.knowledge.declared_types import readers_of_declared_types
from im_stack.facts.tencent.compute.disks import ROWS
from im_stack.facts.tencent.compute.machines import INSTANCE, MACHINE

READERS = readers_of_declared_types("tencent", {INSTANCE: MACHINE, **ROWS})
