"""The company file: a whole company as one readable YAML text, read and written without loss."""

from __future__ import annotations

from zhanggui.ground.org.rules.company.faults import BrokenCompanyFile, Fault
from zhanggui.ground.org.rules.company.reading import read_company, read_company_bytes
from zhanggui.ground.org.rules.company.shape import Company
from zhanggui.ground.org.rules.company.writing import write_company

__all__ = [
    "BrokenCompanyFile",
    "Company",
    "Fault",
    "read_company",
    "read_company_bytes",
    "write_company",
]
