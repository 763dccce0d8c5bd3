"""Lessons: files that lead through the pages, question by question, and what a student answers.

| module | what it does |
| --- | --- |
| ``lesson`` | what a lesson is |
| ``reading`` | a lesson from its file, or a sentence that names the line |
| ``lines`` | which line of a file a key stands in |
| ``library`` | the lessons that ship, and one that came by upload or by link |
| ``measures`` | the numbers that right answers are computed from |
| ``answers`` | whether an answer is right, what is said of it, and the file of all answers |
| ``running`` | the lesson of the address: the question before a page |
| ``questions`` | that question as a board |
| ``bar`` | the bar above a page whose question is answered |
| ``shelf`` | the list of lessons, and the way to open one's own |
"""
