using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Tests.Simulation;

/// <summary>Those who pay in: their events come late, twice, out of order, and sometimes with other content.</summary>
internal sealed class SimulatedPayers(World world, SimulatedPostgres postgres)
{
    public List<Payment> All { get; } = [];

    /// <summary>Delivers a payment, a new one or one that may have been delivered before.</summary>
    public void Pay(SimulatedServer server)
    {
        if (All.Count == 0 || world.Random.OneIn(3))
        {
            Add();
        }

        Deliver(server, All[world.Random.Below(All.Count)]);
    }

    public void Deliver(SimulatedServer server, Payment payment)
    {
        var content = world.Random.OneIn(5) ? payment.Other : payment.First;
        var sent = content with { Id = world.Random.Id() };
        try
        {
            var result = server.Grants.GiveAsync(sent, CancellationToken.None).GetAwaiter().GetResult();
            world.Trace.Add("paid", sent.Amount.Units, (long)result.Outcome);
            payment.Answers.Add((sent, result));
        }
        catch (StoreUnavailableException)
        {
            world.Trace.Add("payment not answered", sent.Amount.Units);
        }
    }

    private void Add()
    {
        DateTimeOffset? expires = world.Random.OneIn(2) ? world.Time.Now.AddMinutes(world.Random.Between(1, 600)) : null;
        var first = new NewGrant
        {
            Id = default,
            MerchantId = default,
            CustomerId = default,
            WalletId = postgres.Tables.AnyCustomer(world.Random),
            Amount = new Money(world.Random.Between(1, 3000)),
            ExpiresAt = expires,
            Origin = world.Random.OneIn(3) ? CreditOrigin.CycleCredit : CreditOrigin.Purchase,

            // With one it stands for a bundle here.
            ExternalReference = world.Random.OneIn(3) ? $"bundle {All.Count}" : null,
            IdempotencyKey = $"payment {All.Count}",
            Fingerprint = world.Random.Id(),
        };
        var other = first with { Amount = first.Amount + new Money(1), Fingerprint = world.Random.Id() };
        All.Add(new Payment(first, other));
    }
}
