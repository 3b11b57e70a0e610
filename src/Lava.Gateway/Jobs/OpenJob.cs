using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;

namespace Lava.Gateway.Jobs;

/// <summary>A job whose end has not been seen: what its bill needs and only its beginning told.</summary>
public sealed record OpenJob
{
    /// <summary>Its name.</summary>
    public required JobKey Key { get; init; }

    /// <summary>The model that it was begun with; null where the request named none.</summary>
    public string? Model { get; init; }

    /// <summary>What its beginning said that it would use, where its end does not tell.</summary>
    public Usage Counts { get; init; }

    /// <summary>
    /// Bytes of the request that began it: an estimate's, where its end tells no tokens. 0 after a restart, which knows records alone.
    /// </summary>
    public int InputBytes { get; init; }

    /// <summary>Method and URL of the call that began it.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whose provider key it was begun with.</summary>
    public ProviderKeyType ProviderKeyType { get; init; }

    /// <summary>When, microseconds since 1970 UTC.</summary>
    public long BeganAtMicros { get; init; }

    /// <summary>The customer it was begun for, who pays, whoever asks for its end.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The meter that prices it.</summary>
    public Guid? MeterId { get; init; }

    /// <summary>The spend key that it was begun with.</summary>
    public Guid? SpendKeyId { get; init; }

    /// <summary>Does the customer pay?</summary>
    public bool Billed { get; init; }

    /// <summary>The wallet that pays.</summary>
    public long WalletId { get; init; }

    /// <summary>What it holds until its end.</summary>
    internal JobHold Hold { get; init; } = new(0, Money.Zero);
}
