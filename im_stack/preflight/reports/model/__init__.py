"""Model of a report: one judged stack as typed rows, built once from its `Check`; every form lays it out."""
