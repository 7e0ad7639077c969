-- one row per question, worded as in the second header record, the one before the import ids
with records as (
    select * from {{ source_file('*.csv') }}
),

wording as (
    from (
        select columns('^([A-Z][a-z]+_1|Impressiveness)$')
        from records
        where _line < (select min(_line) from records where ResponseId like '{"ImportId"%')
    )
    unpivot (item_text for item_code in (columns(*)))
),

questions (item_code, dimension, position) as (
    values
    ('Competence_1', 'competence', 1),
    ('Intelligence_1', 'competence', 2),
    ('Qualification_1', 'competence', 3),
    ('Honesty_1', 'integrity', 4),
    ('Ethic_1', 'integrity', 5),
    ('Sincerity_1', 'integrity', 6),
    ('Concern_1', 'benevolence', 7),
    ('Eagerness_1', 'benevolence', 8),
    ('Consideration_1', 'benevolence', 9),
    ('Feedback_1', 'openness', 10),
    ('Transparency_1', 'openness', 11),
    ('Attentiveness_1', 'openness', 12),
    ('Impressiveness', null, 13)
)

select
    'qualtrics-impressive_climate' as survey_id,
    questions.item_code,
    wording.item_text,
    case questions.item_code when 'Impressiveness' then 'other' else 'perception' end as construct,
    case questions.item_code when 'Impressiveness' then 'likert5_unbalanced' else 'slider100' end
        as scale,
    questions.dimension,
    questions.position
from questions
inner join wording on questions.item_code = wording.item_code
