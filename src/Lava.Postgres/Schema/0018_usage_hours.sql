-- Sums of a customer by hour, whatever was called: a plot of three months is 2,160 rows at most, where usage_sums has nearly one for each
-- request. Kept by the flush, in the same statement. Calls without a customer are not in it.
create table usage_hours (
  customer_id uuid not null,
  hour timestamptz not null,               -- start of an hour of UTC
  merchant_id uuid not null,
  requests bigint not null,
  errors bigint not null,                  -- of RequestStatus.Error
  tokens bigint not null,
  cost bigint not null,                    -- what providers ask
  charge bigint not null,                  -- what customers were charged: a request that was not billed adds nothing
  primary key (customer_id, hour)
) with (fillfactor = 70);                  -- room for changed rows on the same page, see wallets

insert into usage_hours
select customer_id, date_trunc('hour', quarter, 'UTC'), merchant_id, sum(requests), coalesce(sum(requests) filter (where status = 2), 0),
  sum(tokens), sum(cost), sum(charge)
from usage_sums where customer_id <> '00000000-0000-0000-0000-000000000000' group by 1, 2, 3 order by 2;
