using System.Runtime.ExceptionServices;

namespace Lava.Billing.Payments.Stripe;

/// <summary>
/// What Stripe could not tell: events of the time in which nobody listened are asked for, and charges are compared now and then, in case an
/// event never came at all.
/// </summary>
public sealed class StripeGap(IProviderEventStore store, StripeClient client, StripeEvents events, TimeProvider time)
{
    /// <summary>Stripe keeps events for so long.</summary>
    public static readonly TimeSpan EventsKept = TimeSpan.FromDays(30);

    /// <summary>Events are asked for from so long before the newest that is known: they do not come in order.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>
    /// A new process asks for so long before now at least: the newest that is known may have come when those before it had not been
    /// asked for.
    /// </summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromDays(3);

    /// <summary>Charges are compared that were made since.</summary>
    public static readonly TimeSpan Compared = TimeSpan.FromDays(3);

    // Up to here nothing is missing.
    private DateTimeOffset? _repaired;

    /// <summary>Keeps the events that are missing; how many there were.</summary>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer; nothing was kept.</exception>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = await FindStartAsync(now, cancellationToken);
        var found = new List<ProviderEvent>();
        await foreach (var told in client.ListAsync("/v1/events", () => Fields(since), cancellationToken))
        {
            if (StripeEventMessage.Read(told)?.Event is { } happened)
            {
                found.Add(happened);
            }
        }

        // The oldest first: whoever dies here goes on from the newest that it kept.
        var added = 0;
        foreach (var happened in Enumerable.Reverse(found))
        {
            added += await store.AddAsync(happened, cancellationToken) ? 1 : 0;
        }

        _repaired = now;
        return added;
    }

    /// <summary>Resumes what Stripe has charged for us lately; whoever has booked it already does nothing.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var since = (time.GetUtcNow() - Compared).ToUnixTimeSeconds();
        FormFields Fields() => new FormFields().Add("created[gte]", since);
        Exception? first = null;
        await foreach (var found in client.ListAsync("/v1/payment_intents", Fields, cancellationToken))
        {
            if (StripeIntent.Read(found) is not { Id: { } name, Status: "succeeded", Payment: not null })
            {
                continue;
            }

            try
            {
                await events.ResumeAsync(name, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One that can't be resumed must not keep the others from it.
                first ??= failure;
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private async Task<DateTimeOffset> FindStartAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = now - EventsKept;
        if (_repaired is { } repaired)
        {
            return Later(oldest, repaired - Overlap);
        }

        var newest = await store.FindNewestAsync(PaymentProviderKind.Stripe, cancellationToken);
        return newest is { } known ? Later(oldest, known - Overlap < now - FirstLook ? known - Overlap : now - FirstLook) : oldest;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static FormFields Fields(DateTimeOffset since)
    {
        var fields = new FormFields().Add("created[gte]", since.ToUnixTimeSeconds());
        for (var i = 0; i < StripeEventKinds.All.Count; i++)
        {
            fields.Add($"types[{((long)i).Text()}]", StripeEventKinds.All[i]);
        }

        return fields;
    }
}
