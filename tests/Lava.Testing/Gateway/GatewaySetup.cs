using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Signals;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Testing.Gateway;

/// <summary>What a test wants otherwise than usual.</summary>
public sealed record GatewaySetup
{
    /// <summary>Settings of the data plane.</summary>
    public GatewayOptions Options { get; init; } = new();

    /// <summary>The clock of the gateway.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What each customer's wallet holds at first.</summary>
    public Money Credit { get; init; } = Money.FromDollars(100);

    /// <summary>The lowest balance of the merchant's wallet, which begins at zero.</summary>
    public Money MerchantFloor { get; init; } = WalletBalance.NoFloor;

    /// <summary>Refuse a meter that is not in the customer's plan.</summary>
    public bool RefuseUnlinkedMeters { get; init; }

    /// <summary>The merchant, from the usual one.</summary>
    public Func<Merchant, Merchant> Merchant { get; init; } = merchant => merchant;

    /// <summary>All accounts, from the usual ones.</summary>
    public Func<AccountSnapshot, AccountSnapshot> Accounts { get; init; } = accounts => accounts;

    /// <summary>Who is told of refused calls.</summary>
    public IGatewaySignals Signals { get; init; } = NoSignals.Instance;
    /// <summary>The spend key <see cref="TestAccounts.SpendKeyText"/>, from one without any rule.</summary>
    public Func<SpendKey, SpendKey> SpendKey { get; init; } = key => key;

    /// <summary>The operator's keys: the value of an environment variable.</summary>
    public Func<string, string?> Variables { get; init; } = name => "managed-" + name;

    /// <summary>Room for meter positions.</summary>
    public int PositionCapacity { get; init; } = 1000;

    /// <summary>The journal's options, from the usual ones.</summary>
    public Func<JournalOptions, JournalOptions> Journal { get; init; } = options => options;

    /// <summary>Answer by the provider simulator.</summary>
    public bool Simulated { get; init; }

    /// <summary>Send all traffic here instead; "" for the providers' own hosts.</summary>
    public string? UpstreamUrl { get; init; }

    /// <summary>Makes the client that calls providers; null: as the server does.</summary>
    public Func<UpstreamOverrides, UpstreamClient>? UpstreamClient { get; init; }

    /// <summary>Providers that the operator adds.</summary>
    public ProviderOptions[] Providers { get; init; } = [];

    /// <summary>Model prices beside the shipped ones.</summary>
    public string? Prices { get; init; }

    /// <summary>Meters beside the usual ones.</summary>
    public Meter[] Meters { get; init; } = [];
}
