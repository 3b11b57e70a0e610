-- Asynchronous jobs of providers: which request began one, and which was the first to see its end.
alter table requests add column job smallint not null default 0; -- JobState: 0 none, 1 begun, 2 ended well, 3 failed
create index requests_by_job on requests (merchant_id, provider, response_id, job) where job <> 0;
