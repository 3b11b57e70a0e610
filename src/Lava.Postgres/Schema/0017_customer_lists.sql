-- By what the dashboard orders and filters its list of customers. Writes usage_windows anew once: a million customers take some seconds.

-- How many binary digits month_spend has. An index of the sum itself would change with each call, and no changed row could stay on its
-- page (see fillfactor); this doubles thirty times from a millionth of a cent to ten dollars, and within one of its values few are sorted.
alter table usage_windows add column month_digits smallint not null
  generated always as (length(ltrim(month_spend::bit(64)::text, '0'))) stored;
create index usage_windows_by_month on usage_windows (merchant_id, month, month_digits desc);
drop index usage_windows_by_merchant;      -- the new one begins with it

-- Who has reached a limit. A limit that was raised since is not reached any more.
alter table limit_notices
  add column merchant_id uuid,             -- null: of a subject that is not there any more
  add column amount bigint;                -- of the limit when it last refused a call; null: told before this column was there
update limit_notices n set merchant_id = c.merchant_id from customers c where c.customer_id = n.subject_id;
update limit_notices n set merchant_id = k.merchant_id from spend_keys k where k.spend_key_id = n.subject_id;
create index limit_notices_by_merchant on limit_notices (merchant_id, subject_id);
