using Lava.Core;

namespace Lava.Tests.Simulation;

/// <summary>
/// The grants of one wallet as the specification has them: charges take a cycle's credit first, then granted
/// credit, then bundles, of each what expires first; what they lack is debt, a grant pays
/// debt first, an expiry takes from what would be burned last among the expired.
/// </summary>
internal sealed class GrantModel
{
    private readonly List<(GrantRow Row, long Left)> _grants = [];
    private long _debt;

    public Money Balance => new(_grants.Sum(grant => grant.Left) - _debt);

    public Money Remaining(GrantRow row) => new(_grants.Find(grant => grant.Row == row).Left);

    public void Apply(GrantRow? given, Money debit, DateTimeOffset? expiredAt)
    {
        if (given is not null)
        {
            var pays = Math.Min(_debt, given.New.Amount.Units);
            _debt -= pays;
            _grants.Add((given, given.New.Amount.Units - pays));
            _grants.Sort((left, right) => Order(left.Row).CompareTo(Order(right.Row)));
            return;
        }

        var due = debit.Units;
        for (var i = 0; i < _grants.Count; i++)
        {
            var index = expiredAt is null ? i : _grants.Count - 1 - i;
            var (row, left) = _grants[index];
            if (expiredAt is null || row.New.ExpiresAt <= expiredAt)
            {
                var part = Math.Min(due, left);
                due -= part;
                _grants[index] = (row, left - part);
            }
        }

        _debt += due;
    }

    private static (int, DateTimeOffset, Guid) Order(GrantRow row) =>
        (row.BurnClass, row.New.ExpiresAt ?? DateTimeOffset.MaxValue, row.New.Id);
}
