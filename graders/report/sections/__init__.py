"""The sections of the report: the facts come in, HTML goes out; None where there is nothing to say.

A section words and lays out what `report.facts` holds and reads no file. It imports the kit of pages, the facts and
the links to rows, and of the figures only what they are called; `report_page` alone imports it.
"""
