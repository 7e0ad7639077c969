-- one row per question answered; '4 - Very impressive' holds a code and its label
with records as (
    select * from {{ source_file('*.csv') }}
),

answers as (
    from (
        select
            _file,
            _line,
            ResponseId,
            columns('^([A-Z][a-z]+_1|Impressiveness)$')
        from records
        where _line > (select max(_line) from records where ResponseId like '{"ImportId"%')
    )
    unpivot (answer for item_code in (columns(* exclude (_file, _line, ResponseId))))
)

select
    'qualtrics-' || ResponseId as response_id,
    item_code,
    case when item_code = 'Impressiveness' then regexp_extract(answer, '^[0-9]+') else answer end
        as answer_value,
    case when item_code = 'Impressiveness' then regexp_extract(answer, '^[0-9]+ - (.*)$', 1) end
        as answer_text,
    _file,
    _line
from answers
where trim(answer) <> ''
