namespace Lava.Billing.Payments;

/// <summary>A published test card and what becomes of it in the sandbox.</summary>
/// <param name="Number">Its number, digits alone.</param>
/// <param name="Token">What names it to the server, which never sees the number.</param>
/// <param name="Brand">Who issued it.</param>
/// <param name="Setup">Putting it on file: <c>ok</c>, <c>auth</c> (the bank asks the customer first) or a decline code.</param>
/// <param name="Charge">Charging it: the same words.</param>
/// <param name="After">After a charge: <c>none</c>, <c>dispute</c>, <c>refund_fails</c> or <c>refund_pending</c>.</param>
public sealed record TestCard(string Number, string Token, string Brand, string Setup, string Charge, string After)
{
    /// <summary>The last four digits.</summary>
    public string Last4 => Number[^4..];
}
