namespace Lava.Billing.Payments;

/// <summary>Who takes money: of test merchants' customers, and of live ones'.</summary>
public sealed record PaymentProviders
{
    /// <summary>Of both kinds.</summary>
    /// <param name="test">Null: nobody.</param>
    /// <param name="live">Null: nobody. Never the sandbox: it takes no money.</param>
    public PaymentProviders(IPaymentProvider? test, IPaymentProvider? live)
    {
        if (live?.Kind == PaymentProviderKind.Sandbox)
        {
            throw new ArgumentException("Test cards pay nothing: live merchants need another provider.", nameof(live));
        }

        (Test, Live) = (test, live);
    }

    /// <summary>Of test merchants; null: nobody.</summary>
    public IPaymentProvider? Test { get; }

    /// <summary>Of live merchants; null: nobody.</summary>
    public IPaymentProvider? Live { get; }

    /// <summary>What is charged at least.</summary>
    public ChargeLeast Least => new(Test?.AmountMin ?? default, Live?.AmountMin ?? default);

    /// <summary>Of a merchant; null: nobody.</summary>
    public IPaymentProvider? Of(bool isTest) => isTest ? Test : Live;
}
