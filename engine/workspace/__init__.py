"""The façade of a tenant's workspace."""

from engine.workspace.approvals import history
from engine.workspace.errors import WorkspaceError
from engine.workspace.publishing import Correction
from engine.workspace.workspace import Workspace

__all__ = ["Correction", "Workspace", "WorkspaceError", "history"]
