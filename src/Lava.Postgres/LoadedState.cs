using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Postgres;

/// <summary>What PostgreSQL held at one moment.</summary>
/// <param name="Accounts">Who may call and who can pay.</param>
/// <param name="Pricing">Meters and model prices.</param>
/// <param name="AppliedSequence">The last journal record that balances and meter positions include: replay starts after it.</param>
/// <param name="Jobs">The requests that began asynchronous jobs whose end nobody has seen.</param>
/// <param name="ProviderKeys">Merchants' own keys for providers, still encrypted.</param>
public sealed record LoadedState(
    AccountSnapshot Accounts,
    PricingSnapshot Pricing,
    long AppliedSequence,
    IReadOnlyList<UsageRecord> Jobs,
    IReadOnlyList<ProviderKeyRecord> ProviderKeys);
