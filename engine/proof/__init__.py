"""Proof: explain a line, re-derive an invoice, reconcile a period, export what was done."""

from engine.proof.errors import ProofError
from engine.proof.explain import explain
from engine.proof.export import export_rows
from engine.proof.reconcile import reconcile
from engine.proof.verify import verify_all, verify_invoice

__all__ = ["ProofError", "explain", "export_rows", "reconcile", "verify_all", "verify_invoice"]
