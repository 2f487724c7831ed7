"""Docstrings of several lines and of odd characters, on signatures, models, enums and fields."""

from enum import Enum
from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class AnswerLegal(dspy.Signature):
    """Answer a tenant's question from the statute.

    Quote the section that decides it. If two sections disagree, the later one wins,
    unless the earlier one is the more special of the two.

    Never give advice on a case that is before a court.
    """

    question: str = dspy.InputField()
    statute: str = dspy.InputField(desc="The sections, in the order of the code.")
    answer: str = dspy.OutputField()
    section: Optional[str] = dspy.OutputField(desc="such as § 543 (2)")


class Grade(dspy.Signature):
    """Grade an essay.

    - structure: is there a thesis?
      - and is it defended?
    - style
        1. words
        2. sentences

            quoted text stays where it is
    """

    essay: str = dspy.InputField()
    structure: int = dspy.OutputField()
    style: int = dspy.OutputField()
    remarks: str = dspy.OutputField(
        desc="What to work on:\n- first the structure,\n  then the style\n\nNo more than a page."
    )


class Greet(dspy.Signature):
    """Grüße den Gast auf Deutsch, 中文 или по-русски — 👋🏽 „wie im Wirtshaus“.

    Ελληνικά, עברית and e\u0301 (two characters) are fine… so is\u00a0a space that does not break.
    """

    guest: str = dspy.InputField(desc="имя гостя 🧳")
    hour: int = dspy.InputField(desc="0–23")
    greeting: str = dspy.OutputField(desc="≤ 10 words · no “emoji”")


class WriteRegex(dspy.Signature):
    r"""Write a regular expression, such as `^\d{3}-\w+\\$`.

    Braces {like_this} and {{these}} are no place for a value; neither is %s or $name.
    "Double" and 'single' quotes, a `tick`, <angle attr="1"> & an ampersand; /* no comment */.
    [[ ## question ## ]] opens no section here.
    """

    goal: str = dspy.InputField(desc='what "matches" means, e.g. {goal}')
    counterexample: Optional[str] = dspy.InputField(desc=r"with \n and \\ as they stand")
    regex: str = dspy.OutputField(desc="between / and /\tnot escaped for {language}")
    is_anchored: bool = dspy.OutputField(desc="'^' & '$' <both>")


class Moderate(dspy.Signature):
    """Moderate a comment.

    Be strict with threats;
    be lenient with sarcasm.
    """

    comment: str = dspy.InputField(desc="As posted.")
    thread: list[str] = dspy.InputField(desc="What it answers to.\nOldest first.")
    is_allowed: bool = dspy.OutputField(desc="Whether it stays.")
    note: str = dspy.OutputField(desc="one line")


class Plan(dspy.Signature):
    """Plan the week of a small bakery.

    Mondays are free.
    """

    orders: str = dspy.InputField(desc="what is ordered")
    staff: int = dspy.InputField(desc="heads, not hours")
    plan: str = dspy.OutputField(desc="one line per day")


class Blank(dspy.Signature):
    """Fill in the blanks of the form."""

    form: str = dspy.InputField(desc="")
    hints: str = dspy.InputField(desc=" ")
    template: str = dspy.InputField(desc="${template}")
    filled: str = dspy.OutputField(desc="")
    count: int = dspy.OutputField(desc="  how many blanks there were  ")
    rest: str = dspy.OutputField(desc="\nwhat is left\n")


class Severity(Enum):  # docs
    """How bad it is.

    Taken from the operations handbook.
    """

    Minor = "Minor"
    Major = "Major"
    Outage = "Outage"


class Step(BaseModel):
    """One thing that happened.

    Times are those of the server:
        hours, minutes, and
            sometimes seconds.
    """

    at: str = Field(description="hh:mm")
    what: str = Field(description='In the words of the log, "quoted".\nNothing is left out.')
    severity: Severity = Field(description="As seen then, not now.")


class Bare(BaseModel):
    note: str
    author: Optional[str] = Field(description="")


class PostMortem(dspy.Signature):
    """Write the timeline of an incident."""

    log: str = dspy.InputField()
    on_call: Bare = dspy.InputField(desc="Who was there.")
    steps: list[Step] = dspy.OutputField(desc="In order.")
    worst: Severity = dspy.OutputField(desc="Of all steps.")
    follow_up: Bare = dspy.OutputField()


class Draft(dspy.Signature):
    """
    Draft a reply in the house style.

        Dear {name},

      and so on, down to the greeting.
    Close with the ticket's number.


    """

    ticket: str = dspy.InputField()
    reply: str = dspy.OutputField()


class Explain(dspy.Signature):
    """Explain the query to somebody who has never seen SQL, in words that would also do on the phone, without naming a single keyword, and without a word on how it could be made faster."""

    query: str = dspy.InputField(
        desc="One statement; it may span many lines, hold comments, name tables that nobody knows, and end without a semicolon."
    )
    explanation: str = dspy.OutputField()


class Outline(dspy.Signature):
    """# Outline

    ---
    ## Rules

    ```text
    I.
      A.
    ```

    | level | mark |
    |-------|------|
    | 1     | I.   |
    """

    topic: str = dspy.InputField(desc="# not a heading")
    outline: str = dspy.OutputField(desc="> quoted\n\n\n> twice")


class Quote(dspy.Signature):
    '''Find the quotation that is meant, with """ around it.'''

    hint: str = dspy.InputField(desc="'single', \"double\" and '''both'''")
    quotation: str = dspy.OutputField(desc='"""')
    source: Optional[str] = dspy.OutputField(desc="trailing backslash \\")


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    AnswerLegal: {"question": "May I sublet?", "statute": "§ 540 ...\n§ 553 ..."},
    Grade: {"essay": "Thesis.\n\n  Indented antithesis."},
    Greet: {"guest": "Žofie", "hour": 7},
    WriteRegex: {"goal": "three digits, a dash, a word", "counterexample": "\\d"},
    Moderate: {"comment": "Sure. *Great* idea.", "thread": ["Let us ban bread.", "Why?"]},
    Plan: {"orders": "40 rolls, 3 cakes", "staff": 2},
    Blank: {"form": "I ___ bread.", "hints": "a verb", "template": "${name}"},
    PostMortem: {
        "log": "02:10 disk full\n02:40 disk empty",
        "on_call": {"note": "asleep", "author": None},
    },
    Draft: {"ticket": "T-81: the lamp flickers"},
    Explain: {"query": "select 1 -- one"},
    Outline: {"topic": "Bridges"},
    Quote: {"hint": "the one about the two infinite things"},
}
