using Lava.Billing.Webhooks;

namespace Lava.Postgres;

/// <summary>A delivery's row, as the log of a webhook shows it.</summary>
public sealed record DeliveryRecord
{
    /// <summary>Its public id; <see cref="Core.Ids.Number"/> of it is the row's number.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its event's public id.</summary>
    public required Guid EventId { get; init; }

    /// <summary>What happened.</summary>
    public required WebhookEventKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Attempts, with one that is on its way.</summary>
    public required int Attempts { get; init; }

    /// <summary>The target's last HTTP status; null: it gave none.</summary>
    public int? LastStatus { get; init; }

    /// <summary>What was wrong with the last attempt.</summary>
    public string? LastError { get; init; }

    /// <summary>When the next attempt is.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The delivery that this one repeats, by hand; null: it is the first.</summary>
    public Guid? ReplayOf { get; init; }

    /// <summary>The exact bytes, where one delivery was asked for.</summary>
    public byte[]? Body { get; init; }
}
