"""What of an exam could not be done, apart from what merely deserves a look."""

from __future__ import annotations

from models.errors import Problem
from models.exam import Exam


def judged(exam: Exam) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Problems and remarks of an exam that was read.

    What is said of an image that is here, hung or set aside, or of its folder is a remark: a
    guess, a contradiction in its header. All else (files missing or unreadable, masks that
    cannot be laid) could not be done. An exam without any image to hang could not be done
    either, for the reasons for which its images were set aside. Nor is an exam done that raises an
    alarm, whatever could be drawn or computed of it.
    """
    paths = [mammogram.path for mammogram in exam.mammograms.values()]
    paths += [image.path for image in exam.set_aside]
    here = {place for path in paths if path for place in (path, path.parent)}
    remarks = tuple(problem for problem in exam.problems if problem.path in here)
    problems = tuple(problem for problem in exam.problems if problem.path not in here)
    if exam.alarm and all(problem.reason != exam.alarm for problem in problems):
        problems = (Problem(exam.title, exam.alarm), *problems)
    if exam.mammograms:
        return problems, remarks
    if not problems:
        reason = "None of its images is a standard view that can be analysed or hung."
        problems = (Problem(exam.title, reason),)
    return (*problems, *exam.set_aside), remarks


def sentence(problem: Problem) -> str:
    """What the terminal says; a subject that the reason names is not said twice."""
    told = problem.subject in problem.reason
    return problem.reason if told else f"{problem.subject}: {problem.reason}"
