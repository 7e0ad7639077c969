"""Where the oracle had to choose: one sentence per reading, most of them visible in a random world.

TIME
1.  A date after as_of is as if the cell were empty: closed_on of a survey (its wave then has no
    end), closed_on and opened_on of a unit, left_on, valid_from, extracted_on and opened_on of a
    survey (the whole row, so that what names it waits too), changed_at (the version).
2.  year_to_date exists as every period does where it overlaps the metric's facts: from the month of the
    first to the end of the fiscal year of the last, but for months that as_of has not reached. It is
    preceded by the year_to_date that ends a month earlier, across fiscal years.
3.  "A year before" is the key with the year before: 2026-W44 and 2025-W44, 2024-02-29 and nothing.
    A wave has no year before.
4.  A wave holds every response to its surveys, also one that came after closing. Its rows of slice
    `all` exist for a metric where the wave has at least one answer that counts for the metric.

ROWS
5.  The metric's facts are the rows in the base of slice `all` (for csat_mean: of its slice). For a
    rate they are those of the catalogue's `fact`: complaints for the complaint rate. Headcount and
    turnover (dated by extracted_on) begin with the first extract and end with the last day of
    presence. The span is that of the whole organisation, not of the unit. Surveys outside the pool have
    their rows of slice programme wherever they have answers, also before and after that span.
6.  A unit is open on a day if a row of it is in force, opened_on <= day <= closed_on (both of the
    row in force). A unit that is not open but has a base above 0 has its row of slice `all` too.
7.  org_level is that of the row in force on the last known day of the period, else the first one.

COMPONENTS
8.  value_sum and value_sum_squares are given for every method, of the measure of the numerator;
    both are 0 where nothing was measured. denominator_sum is NULL for sum, stock and quantile.
9.  base_count of a sum is the number of rows counted, of a stock its value, of the complaint rate
    the contacts offered.
10. interval_method is NULL in a row that is hidden or not measured, else the catalogue's interval
    also where one answer gives no limits. factor is given in hidden rows (it is of the catalogue).
11. A sum of weights of 0 or a denominator of 0 is not_measured; where the persons are too few, the
    numbers of such a row are NULL as in a hidden one.
12. low_base looks at base_count, weighted or not. `people` metrics take the customers' minimum.

CHANGE
13. previous_value is given whenever the previous row shows a value, also in an incomplete period;
    change is NULL whenever the state is not_comparable.
14. t with one answer on either side: the change without limits, state not_tested. Two groups
    without any variance: both limits are the change itself.
15. Two periods have an unbridged questionnaire where a programme has answers in the cell in both
    and no version of it in common. The number of responses is comparable all the same.
16. Where a metric with intervals lacks a limit, its target is undecided on that side. A target counts
    for slice `all`; the unit's own row before `default`; its date is that of the
    last known day of the period.

SURVEYS
17. responses, as every metric of the domain satisfaction, counts customer surveys only; slice
    programme takes all of them, also those run externally.
18. An answer with a code that is not in the item's scale (or, on a continuous scale, outside its
    ends) is refused, so that an earlier version of it stays. A continuous scale has no top codes:
    its answers leave the base of csat_top2_share.
19. A reversed item is turned round before anything else, top codes and raw mean included.
20. The person of an answer is the customer of its response, nobody else. An answer without one
    counts as a person of its own.
21. A unit that is named but unknown stays unknown: nothing further down the list of rule 20 is
    asked. The list asks the contact's and complaint's own columns and the response's employee.

CONTACTS AND COMPLAINTS
22. A contact without a unit is of an unknown unit: rule 20 lists further places for answers only.
23. The serving employee's unit and job role are those of a day on which the employee is present;
    on the day of leaving and later both are unknown.
24. queue_seconds_p90 has the base of asa_seconds: answered voice and chat with a queue time.
25. complaints_received and the numerator of the complaint rate keep withdrawn and out-of-scope
    complaints. One `withdrawn` event is enough; in_scope empty is in scope.
26. A complaint without events and without is_resolved is open.

EMPLOYEES
27. Extract dates are those of the whole entity. An employee who is missing from one extract and
    listed again later left on the day of the first and came back on that of the second.
28. A row without left_on after one with a left_on that has passed is a new employment; it begins
    at its extract (only the first extract reaches back to hired_on), not before hired_on.
29. The months before that of the first extract are in no mean of months: only those who stayed are
    known there. days and base_count are still those of the whole period up to as_of.
30. Of several left_on of one employment the last delivered extract wins. Nobody who was not
    present the day before is a leaver.

SCORES
31. Boxes are those of the code after turning; a continuous scale has none, so that its answers leave
    the bases of top, bottom and net shares and of loyal_share. Effort counts on scales of the codes
    1 to 7 only.
32. Scores are exact until the last step: a gap or an index is rounded once, half away from zero, to
    six places; expectations are met where the exact scores say so.
33. An item with a concept pairs by its concept only, one without by dimension, touchpoint and module.
    Several in one group pair one by one, by position (none: last) and code (byte order); what is left
    over has no partner.
34. Parts weigh what their satisfaction and perception items weigh, asked of this respondent or not; an
    item that is held because of its scale weighs nothing. Overall satisfaction is in no index but
    acsi_index.
35. For acsi_index answers on other scales than 1-10 are as if not given.
36. Every row of an option is an answer of its own; an option with the value 0 is not ticked. Not
    applicable is a row marked so or a code that the scale has for it; words count where it is neither.
37. An unbridged version breaks every mean and quantile of answers and of responses, also those about
    how a questionnaire was filled in; not the number of responses, calls back or invitations.
38. One low answer makes a low score. Any outbound contact of the customer calls back, whatever came of
    it; a follow-up counts if its complaint is known; a second_follow_up does not.

FIELDWORK
39. A response answers the invitation that it names, whatever else the two say; tests and what came
    after as_of do not.
40. A disposition has no day: it is known as soon as its version is. Who opted out, refused or
    answered was delivered to; of delivered and bounced the bounce holds, unless it was opened. Who
    completed had started, whatever the disposition; the ineligible drop out of nothing but delivery
    and opting out.
41. 30 days are 30 times 24 hours. Every invitation to a customer survey counts in the window, those of
    external surveys too; at one moment the order is that of the ids in bytes.
42. Seconds are whole seconds that have passed.

COMPLAINTS
43. At one moment events come in the order: handling, ends, reopenings. An event is the same as another
    by kind, moment as delivered, person, unit, outcome, time promised and amount. One before the receipt
    is then moved to it.
44. Of several resolutions of a round the last counts, also one after a closing; a closing only in a
    round without any. The reopen rate counts the first closing of each round, with 30 times 24 hours.
45. A complaint without events that its system calls resolved has no time; one that it calls open
    (is_resolved false, not empty) neither where no complaint proper of just this unit has events. Both
    stay in resolution_rate, upheld_share and recurrence; they leave whatever only an event tells:
    escalated, compensated, told of a plan, hand-offs, first_responsible, one_touch, immediate
    resolution, promises, clocks and the backlog.
46. hand_offs_mean, as first_responsible_share, leaves out complaints without any known owner;
    immediate resolution and one touch take them as never handed on. What is assigned after an end is a
    change of owner too. Who is first named by an acceptance is the first owner as well.
47. One reply is one event `first_reply`. The unit accepts if the event names nobody.
48. Calendar days are whole seconds over 86400, business hours over 3600, to six places. Waits are taken
    out of all business hours; the time between a resolution and its reopening counts.
49. A step that was taken is in time where the hours that passed are no more than those promised; one
    not taken is missed where more have passed by the end of the as_of day. Hours used up by Friday evening
    are undecided until Monday morning: taken in between the step would still be in time. A resolved
    complaint that nobody acknowledged is judged as an open one.
50. A wait begins only while the complaint is open, and ends with the answer or an end, not with a
    reopening. Who waits at as_of is overdue only if the hours were used up before.
51. recurrence_90d: 90 times 24 hours from one receipt to the next, neither withdrawn nor out of scope;
    the unit is that named.
52. The first promise is the first event that tells a time. Its day is that time's, whenever made.
53. Follow-ups are those at or after the final resolution. Permission is that of the day of the resolution;
    only a plain no leaves the two bases of three days, and it leaves not that of second_follow_up.
54. The backlog holds complaints out of scope; a reopening opens a withdrawn one too. Its span is from
    the first receipt to as_of. base_count of open_over_14d_share is what is open.

IMPROVEMENT
55. vendor is that of the row itself, else that of its unit on the day.
56. An action is verified if its verified_on has come, effective or not also where nobody wrote that it
    was completed.
57. Checks are counted where the inspection lacks one of its two numbers: applicable (empty is yes) and
    with a result. An inspection of which no such check and no count of errors is known is not known to
    be free of them; one whose checks were all of minor things is free.
58. A score outside 0-100 leaves no score, also where checks could be counted.
59. base_count of inspection_pass_share is the inspections with items, of inspection_sample_rate the
    contacts answered (inbound). Its span is that of the inspected contacts. Neither has a std_error.

SILENCE AND RECOVERY
60. 30 days to either side are 30 times 24 hours, both ends included. A customer is known who has an id. An
    invitation can name the complaint for its response, not the contact.
61. The first response after a resolution is of the pool, on a scale with top codes, valid; at one moment
    the order is that of the ids. Of several overall scores the lowest counts.
62. Customers served are those of every contact, outbound and abandoned too, by their tier on its day.
"""
