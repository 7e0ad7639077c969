-- one row per question that a passenger answered or marked as never used (6, don't know included)
with answers as (
    from (
        select
            _file,
            _line,
            trim(coalesce(RESPNUM, "*RESPNUM")) as respondent,
            columns('^(Q7|Q9[^C]|Q10SAFE$|Q12PRECHE|Q13GETRATE|Q14|NETPRO)')
        from {{ source_file('*.csv', optional=['RESPNUM', '*RESPNUM']) }}
    )
    unpivot (answer for question in (columns(* exclude (_file, _line, respondent))))
),

named as (
    select
        _file,
        _line,
        respondent,
        trim(answer) as answer,
        question = 'NETPRO' as is_recommend,
        case when question = 'Q7ALL' then 'overall' else replace(question, 'CHEKC', 'CHECK') end
            as item_code
    from answers
)

-- blanks are 0 or 'Blank' for a rating, 11 where 0 to 10 are all valid
select
    'sfo_airport-' || regexp_extract(_file, '20[0-9]{2}') || '-' || respondent as response_id,
    item_code,
    case when is_recommend or answer <> '6' then answer end as answer_value,
    not is_recommend and answer = '6' as is_not_applicable,
    _file,
    _line
from named
where
    answer <> ''
    and case when is_recommend then answer <> '11' else answer not in ('0', 'Blank') end
