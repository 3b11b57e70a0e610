using static Lava.Postgres.Verification.LedgerChecks;

namespace Lava.Postgres.Verification;

/// <summary>What is derived from the requests, and what could not become one.</summary>
internal static class UsageChecks
{
    public static readonly SqlCheck Debits = new(
        "each request's debit is its charge, or its cost where nobody is billed",
        "select count(*) from requests",
        $"""
        select 'request ' || request_id, {Money("due")}, {Money("debit")}
        from (select request_id, debit, case when billed then charge else input_cost + output_cost end as due from requests) r
        where debit <> due
        """);

    public static readonly SqlCheck Positions = new(
        "meters count the units of their requests",
        "select count(*) from meter_positions",
        """
        select concat('customer ', customer_id, ', meter ', meter_id, ', cycle ', cycle_start), r.units::text, p.units::text
        from meter_positions p full join (
          select customer_id, meter_id, cycle_start, sum(units) as units from requests
          where customer_id is not null and meter_id is not null and units <> 0 group by customer_id, meter_id, cycle_start
        ) r using (customer_id, meter_id, cycle_start)
        where coalesce(p.units, 0) <> coalesce(r.units, 0)
        """);

    /// <summary>Each was charged to the live wallet and is in no book: an operator has to book it.</summary>
    public static readonly SqlCheck Rejected = new(
        "no charge was put aside as unbookable",
        "select count(*) from rejected_records",
        $"""
        select concat('call ', id, ', wallet ', wallet_id, ', record ', sequence, ' of node ', node_id), 'a row in requests',
          {Money("debit")} || ' not booked: ' || error
        from rejected_records
        """);
}
