"""The kit of every page: the report, the comparison and the audit have one look, and are built of the same blocks.

What is to be said comes in, as text and numbers; one HTML file goes out that stands alone and loads nothing. `html`
escapes whatever goes in, `page_blocks` has sections, tables and cards, `formatting` and `excerpt` write numbers and
cut long texts, `svg` and `step_plots` draw, and `document` puts the page together with its style sheet, script and
content policy.

It imports nothing of the package but `graders.completion.visible` and the version: what a page says is none of its
business.
"""
