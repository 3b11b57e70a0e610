using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Postgres.Seeding;

/// <summary>A payment that a card made at once.</summary>
/// <param name="Id">Id.</param>
/// <param name="Kind">What for.</param>
/// <param name="Fee">How much; positive, whole cents.</param>
/// <param name="CardId">The card.</param>
/// <param name="IsAutomatic">Nobody asked for it.</param>
public sealed record SeedPayment(Guid Id, PaymentKind Kind, Money Fee, Guid CardId, bool IsAutomatic);
