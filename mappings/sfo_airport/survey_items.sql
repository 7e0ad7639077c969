-- one row per question that the file's year asked: a column with at least one answer
with answers as (
    from (
        select
            regexp_extract(_file, '20[0-9]{2}') as survey_year,
            columns('^(Q7|Q9[^C]|Q10SAFE$|Q12PRECHE|Q13GETRATE|Q14|NETPRO)')
        from {{ source_file('*.csv') }}
    )
    unpivot (answer for question in (columns(* exclude (survey_year))))
),

asked as (
    select distinct
        survey_year,
        replace(question, 'CHEKC', 'CHECK') as question
    from answers
    where trim(answer) <> ''
),

questions (position, question, construct, dimension, touchpoint, item_text) as (
    values
    (1, 'Q7ART', 'satisfaction', 'quality', 'artwork', 'Artwork and exhibitions'),
    (2, 'Q7FOOD', 'satisfaction', 'quality', 'restaurants', 'Restaurants'),
    (3, 'Q7STORE', 'satisfaction', 'quality', 'shops', 'Retail shops and concessions'),
    (4, 'Q7SIGN', 'satisfaction', 'quality', 'signs', 'Signs and directions inside SFO'),
    (5, 'Q7WALKWAYS', 'satisfaction', 'quality', 'walkways', 'Escalators and moving walkways'),
    (6, 'Q7SCREENS', 'satisfaction', 'quality', 'screens', 'Information on screens'),
    (7, 'Q7INFODOWN', 'satisfaction', 'quality', 'information_lower', 'Information booths below'),
    (8, 'Q7INFOUP', 'satisfaction', 'quality', 'information_upper', 'Information booths above'),
    (9, 'Q7WIFI', 'satisfaction', 'quality', 'wifi', 'Using free WiFi at SFO'),
    (10, 'Q7ROADS', 'satisfaction', 'quality', 'roadways', 'Signs on airport roadways'),
    (11, 'Q7PARK', 'satisfaction', 'quality', 'parking', 'Airport parking facilities'),
    (12, 'Q7AIRTRAIN', 'satisfaction', 'quality', 'airtrain', 'AirTrain'),
    (13, 'Q7LTPARKING', 'satisfaction', 'quality', 'parking_shuttle', 'Long term parking shuttle'),
    (14, 'Q7RENTAL', 'satisfaction', 'quality', 'rental_cars', 'Airport Rental Car Center'),
    (15, 'Q7ALL', 'overall_satisfaction', null, null, 'SFO Airport as a whole'),
    (16, 'Q9BOARDING', 'satisfaction', 'cleanliness', 'clean_gates', 'Cleanliness: boarding areas'),
    (17, 'Q9AIRTRAIN', 'satisfaction', 'cleanliness', 'clean_airtrain', 'Cleanliness: AirTrain'),
    (18, 'Q9RENTAL', 'satisfaction', 'cleanliness', 'clean_rental', 'Cleanliness: rental cars'),
    (19, 'Q9FOOD', 'satisfaction', 'cleanliness', 'clean_restaurants', 'Cleanliness: restaurants'),
    (20, 'Q9RESTROOM', 'satisfaction', 'cleanliness', 'clean_restrooms', 'Cleanliness: restrooms'),
    (21, 'Q9ALL', 'satisfaction', 'cleanliness', 'clean_airport', 'Overall cleanliness'),
    (22, 'Q10SAFE', 'perception', 'safety', 'safety', 'How safe do you feel at SFO?'),
    (23, 'Q12PRECHECKRATE', 'other', 'ease', 'precheck', 'Pre-check against the regular line'),
    (24, 'Q13GETRATE', 'perception', 'ease', 'journey', 'Ease of getting to the airport'),
    (25, 'Q14FIND', 'perception', 'ease', 'wayfinding', 'Ease of finding your way around'),
    (26, 'Q14PASSTHRU', 'perception', 'ease', 'security', 'Ease of passing through security'),
    (27, 'NETPRO', 'recommend', null, null, 'How likely are you to recommend SFO?')
)

select
    'sfo_airport-' || asked.survey_year as survey_id,
    case when asked.question = 'Q7ALL' then 'overall' else asked.question end as item_code,
    questions.item_text,
    questions.construct,
    case when asked.question = 'NETPRO' then 'nps11' else 'likert5' end as scale,
    questions.dimension,
    questions.touchpoint,
    questions.position,
    'sfo_airport-' || asked.question as concept
from asked
inner join questions on asked.question = questions.question
