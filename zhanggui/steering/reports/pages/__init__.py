"""The day of the company, and the rows its figures are made of."""

from zhanggui.steering.reports.pages.company import company as company
from zhanggui.steering.reports.pages.rows import rows as rows
